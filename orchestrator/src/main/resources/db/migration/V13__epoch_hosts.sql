-- The host that saw last that the epoch is valid.
alter table epoch add column host_id uuid;
