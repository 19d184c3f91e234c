-- What people and clients ask for: repositories, policies, restores, requests by topic.

create table repository (
    id text primary key,
    state text not null,
    incarnation bigint not null,
    detail text,
    unlisted_points int not null,
    registered_at timestamptz not null
);

create table policy (
    id uuid primary key,
    name text not null unique,
    schedule_cron text,
    schedule_zone text,
    schedule_interval text,
    selection_pattern text,
    selection_vms text,
    repository_id text not null references repository (id),
    quiesce boolean not null,
    keep_last int not null check (keep_last >= 1),
    deadline_seconds bigint not null check (deadline_seconds > 0),
    enabled boolean not null,
    next_due timestamptz,
    last_fired timestamptz,
    last_run uuid,
    last_outcome text,
    check ((schedule_cron is null) <> (schedule_interval is null)),
    check ((selection_pattern is null) <> (selection_vms is null))
);
create index policy_due on policy (next_due) where enabled;

create table restore_task (
    id uuid primary key,
    vm_id uuid not null,
    point_id uuid not null,
    repository_id text not null,
    host_id uuid not null references host (id),
    disks text not null,
    new_domain_name text,
    new_domain_uuid uuid,
    state text not null,
    attempt_incarnation bigint not null,
    attempt_sequence bigint not null,
    bytes_written bigint not null,
    bytes_total bigint not null,
    failure_reason text,
    detail text,
    created_at timestamptz not null,
    deadline_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    unique (attempt_incarnation, attempt_sequence)
);
create index restore_task_open on restore_task (deadline_at) where ended_at is null;
create index restore_task_created on restore_task (created_at);

create table client (
    id text primary key,
    enrolled_at timestamptz not null
);

-- One row a correlation id of a client: a second request under it is answered as the first, and done once.
create table client_request (
    record_key text primary key,
    client_id text not null,
    correlation text not null,
    gate text not null,
    repository_id text,
    vm_id uuid,
    task_id uuid,
    asked_at timestamptz not null,
    answered_at timestamptz,
    point_id uuid,
    failure_reason text,
    detail text,
    unique (client_id, correlation)
);
create index client_request_task on client_request (task_id) where answered_at is null;
