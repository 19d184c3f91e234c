package io.tidemark.orchestrator.export;

/// What is to be done with the text of an export, in the transaction of its new state and in this order.
sealed interface ExportEffect {
    /// All pages that are kept.
    record DropPages() implements ExportEffect {}

    /// The page that was heard.
    record KeepPage() implements ExportEffect {}

    /// All pages are there: their digest is the next event.
    record ReadText() implements ExportEffect {}
}
