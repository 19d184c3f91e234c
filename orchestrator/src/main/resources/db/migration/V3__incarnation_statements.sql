-- The repositories that have stated their incarnation since the orchestrator started: of others nothing is removed.
create table incarnation_statement (
    repository_id text primary key
);
