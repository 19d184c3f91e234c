-- What a disk was at its epoch's point, to hold its host's reports against. Null is not compared: rows from before.
alter table epoch add column image_identity text;
alter table epoch add column virtual_size_bytes bigint;

-- Questions about a disk's epoch. One without an answer waits for what its host sees: sent_id is what the host
-- answers to, and changes when the question is sent again.
create table epoch_query (
    id uuid primary key,
    client_id text,
    correlation text,
    vm_id uuid not null,
    disk_id uuid not null,
    tracker text not null,
    asked_at timestamptz not null,
    sent_id uuid unique,
    host_id uuid,
    asked_token text,
    answered_at timestamptz,
    token text,
    valid_since timestamptz,
    granularity_bytes bigint,
    dirty_bytes bigint,
    reason text,
    detail text,
    unique (client_id, correlation)
);
create index epoch_query_open on epoch_query (asked_at) where answered_at is null;
create index epoch_query_answered on epoch_query (answered_at);

-- Questions of clients that were refused, so that the same correlation id gets the same reply.
create table epoch_query_refusal (
    client_id text not null,
    correlation text not null,
    refused_at timestamptz not null,
    reason text not null,
    detail text not null,
    primary key (client_id, correlation)
);
