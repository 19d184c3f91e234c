-- Ids are minted by the orchestrator, times are for people, revisions and attempts decide what is newer.

create table catalog_state (
    one boolean primary key default true check (one),
    incarnation bigint not null check (incarnation >= 1),
    next_sequence bigint not null check (next_sequence >= 1),
    holds_deletion boolean not null default false
);
insert into catalog_state (incarnation, next_sequence) values (1, 1);

create table host (
    id uuid primary key,
    name text not null,
    enrolled_at timestamptz not null,
    session uuid,
    lease_until timestamptz,
    last_heard_at timestamptz,
    hypervisor_reachable boolean not null default false,
    agent_version text,
    revision bigint not null
);

-- Every session that a host ever had: one that was replaced never counts again.
create table host_session (
    session uuid primary key,
    host_id uuid not null references host (id),
    started_at timestamptz not null
);

create table vm (
    id uuid primary key,
    domain_uuid uuid not null unique,
    name text not null,
    host_id uuid references host (id),
    state text not null,
    present boolean not null,
    revision bigint not null
);
create index vm_host on vm (host_id);
create index vm_name on vm (name);

create table disk (
    id uuid primary key,
    vm_id uuid not null references vm (id),
    target text not null,
    serial text,
    format text not null,
    virtual_size_bytes bigint not null,
    image_identity text not null,
    trackable boolean not null,
    why_not text,
    present boolean not null,
    revision bigint not null
);
create unique index disk_serial on disk (vm_id, serial) where serial is not null;
create unique index disk_target on disk (vm_id, target) where serial is null;

create table run (
    id uuid primary key,
    policy_id uuid,
    correlation text,
    opened_at timestamptz not null,
    ended_at timestamptz
);
create index run_opened on run (opened_at);
create index run_policy on run (policy_id) where ended_at is null;

create table task (
    id uuid primary key,
    run_id uuid not null references run (id),
    vm_id uuid not null references vm (id),
    repository_id text not null,
    tracker text not null,
    quiesce boolean not null,
    force_full boolean not null,
    state text not null,
    attempt_incarnation bigint not null,
    attempt_sequence bigint not null,
    tries int not null,
    point_id uuid,
    host_id uuid references host (id),
    bytes_copied bigint not null default 0,
    bytes_total bigint not null default 0,
    waits_for text,
    failure_reason text,
    detail text,
    correlation text,
    created_at timestamptz not null,
    deadline_at timestamptz not null,
    not_before timestamptz,
    ended_at timestamptz,
    version bigint not null
);
create index task_run on task (run_id);
create index task_created on task (created_at);
create index task_open on task (deadline_at) where ended_at is null;
create index task_vm_open on task (vm_id) where ended_at is null;

-- One sending of a task. Kept after the task has ended: its commit may be heard of later.
create table task_attempt (
    point_id uuid primary key,
    task_id uuid not null references task (id),
    attempt_incarnation bigint not null,
    attempt_sequence bigint not null,
    parent_id uuid,
    host_id uuid not null references host (id),
    session uuid not null,
    sent_at timestamptz not null,
    unique (attempt_incarnation, attempt_sequence)
);
create index task_attempt_task on task_attempt (task_id);

create table restore_point (
    id uuid primary key,
    vm_id uuid not null references vm (id),
    tracker text not null,
    parent_id uuid,
    taken_at timestamptz not null,
    consistency text not null,
    freeze_millis bigint not null,
    duration_millis bigint not null,
    task_id uuid,
    attempt_incarnation bigint,
    attempt_sequence bigint,
    catalogued_at timestamptz not null
);
create index restore_point_vm on restore_point (vm_id, taken_at);

create table point_copy (
    record_key text primary key,
    point_id uuid not null references restore_point (id),
    repository_id text not null,
    state text not null,
    commit_digest text not null,
    stored_bytes bigint not null,
    new_bytes bigint not null,
    revision bigint not null,
    unique (point_id, repository_id)
);

create table point_disk (
    record_key text primary key,
    point_id uuid not null references restore_point (id),
    disk_id uuid not null,
    target text not null,
    level text not null,
    reason text,
    virtual_size_bytes bigint not null,
    dirty_bytes bigint not null,
    stored_bytes bigint not null,
    image_identity text not null,
    epoch_begun boolean not null,
    unique (point_id, disk_id)
);

create table epoch (
    record_key text primary key,
    vm_id uuid not null references vm (id),
    disk_id uuid not null references disk (id),
    tracker text not null,
    point_id uuid,
    repository_id text,
    token text,
    valid_since timestamptz,
    granularity_bytes bigint not null,
    reason text,
    attempt_incarnation bigint not null,
    attempt_sequence bigint not null,
    revision bigint not null,
    unique (disk_id, tracker)
);
create index epoch_vm on epoch (vm_id);

-- libvirt checkpoints of catalogued points, one a point.
create table checkpoint (
    point_id uuid primary key references restore_point (id),
    vm_id uuid not null references vm (id),
    state text not null
);
create index checkpoint_vm on checkpoint (vm_id) where state <> 'RETIRED';

create table outbox (
    seq bigint generated always as identity primary key,
    topic text not null,
    record_key text not null,
    headers jsonb not null,
    body text,
    created_at timestamptz not null
);

create table inbox (
    topic text not null,
    message_id uuid not null,
    handled_at timestamptz not null,
    primary key (topic, message_id)
);
create index inbox_handled on inbox (handled_at);
