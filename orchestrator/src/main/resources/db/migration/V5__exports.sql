-- The export that a repository's maintenance agent was asked for last, and what of it has come. Pages are those of
-- the export that the row names, under the row's lock.
create table catalog_export (
    repository_id text primary key,
    export_id uuid not null unique,
    state text not null,
    digest text,
    pages integer not null,
    detail text,
    asked_at timestamptz not null
);
create table catalog_export_page (
    repository_id text not null references catalog_export (repository_id) on delete cascade,
    page integer not null,
    page_text text not null,
    primary key (repository_id, page)
);
