package io.tidemark.orchestrator.export;

/// What happens to an export.
sealed interface ExportEvent {
    /// A page has come, maybe again.
    record PageHeard(String digest, int page, int pages) implements ExportEvent {}

    /// All pages that are kept were read, and this is the digest of their text.
    record TextRead(String digest) implements ExportEvent {}

    /// The repository's maintenance agent cannot make it.
    record Refused(String why) implements ExportEvent {}
}
