-- Snapshots of VMs, and of volumes that no VM has. What was taken, and its members, are as the host told.
create table snapshot (
    id uuid primary key,
    vm_id uuid,
    host_id uuid references host (id),
    name text not null,
    description text,
    kind text,
    mechanism text,
    volumes text not null,
    quiesce boolean not null,
    memory boolean not null,
    state text not null,
    taken_at timestamptz,
    consistency text,
    memory_kept boolean,
    freeze_millis bigint,
    pause_millis bigint,
    skew_micros bigint,
    duration_millis bigint,
    members text,
    created_at timestamptz not null,
    version bigint not null,
    check (vm_id is not null or host_id is not null),
    check ((taken_at is null) = (members is null))
);
create index snapshot_of_vm on snapshot (vm_id, created_at);
create index snapshot_of_volumes on snapshot (host_id, created_at) where vm_id is null;
create index snapshot_created on snapshot (created_at);

-- What is done with a snapshot: one open task at a time. A client's request is done once a correlation id.
create table snapshot_task (
    id uuid primary key,
    snapshot_id uuid not null references snapshot (id),
    action text not null,
    force boolean not null,
    client_id text,
    correlation text,
    host_id uuid references host (id),
    state text not null,
    attempt_incarnation bigint not null,
    attempt_sequence bigint not null,
    was_sent boolean not null,
    failure_reason text,
    detail text,
    created_at timestamptz not null,
    deadline_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    unique (attempt_incarnation, attempt_sequence),
    unique (client_id, correlation)
);
create unique index snapshot_task_open on snapshot_task (snapshot_id) where ended_at is null;
create index snapshot_task_of on snapshot_task (snapshot_id, created_at);

-- Requests of clients that were refused, so that the same correlation id gets the same reply.
create table snapshot_refusal (
    client_id text not null,
    correlation text not null,
    refused_at timestamptz not null,
    reason text not null,
    detail text not null,
    primary key (client_id, correlation)
);

-- Questions to hosts about the snapshots that they have, until the answer is fetched.
create table snapshot_query (
    id uuid primary key,
    host_id uuid not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    answer text
);
create index snapshot_query_asked on snapshot_query (asked_at);
