-- How much of a disk the repository did not hold yet. Points from before do not say.
alter table point_disk add column new_bytes bigint check (new_bytes >= 0);
