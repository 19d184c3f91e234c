-- How a guest is to be brought to rest: the only mountpoints to freeze, and the host's set of scripts.
alter table task add column mountpoints text[];
alter table task add column scripts text;
alter table policy add column mountpoints text[];
alter table policy add column scripts text;

-- What became of it beyond the consistency: the mountpoints that are proved to have been frozen, and notices.
alter table restore_point add column frozen_mountpoints text[];
alter table restore_point add column notices text[];
