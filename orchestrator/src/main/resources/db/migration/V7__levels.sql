-- What was asked for. force_full goes on being written, for an orchestrator of the release before.
alter table task add column level text not null default 'INCREMENTAL';
update task set level = 'FULL' where force_full;

-- What each backup of a policy is asked to be.
alter table policy add column level text not null default 'INCREMENTAL';
