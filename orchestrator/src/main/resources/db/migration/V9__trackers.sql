-- Whose line of backups a policy's are in.
alter table policy add column tracker text not null default 'default';
