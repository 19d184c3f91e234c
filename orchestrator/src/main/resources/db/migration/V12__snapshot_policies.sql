-- A policy takes either backups into a repository or snapshots that stay on the host.
alter table policy alter column repository_id drop not null;
alter table policy add column takes_snapshots boolean not null default false;
alter table policy add column snapshot_kind text;
alter table policy add column snapshot_mechanism text;
alter table policy add column snapshot_memory boolean not null default false;
alter table policy add check (takes_snapshots = (repository_id is null));

-- The policy that wanted the snapshot, and whose retention gives it up.
alter table snapshot add column policy_id uuid;
create index snapshot_of_policy on snapshot (policy_id, created_at) where policy_id is not null;
