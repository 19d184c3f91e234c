-- What keeps a copy of a restore point from being removed, as an export of its repository last said.
create table point_hold (
    id uuid primary key,
    point_id uuid not null references restore_point (id),
    repository_id text not null,
    reason text not null,
    held_at timestamptz not null
);
create index point_hold_point on point_hold (point_id);
