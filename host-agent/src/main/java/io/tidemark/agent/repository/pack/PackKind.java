package io.tidemark.agent.repository.pack;

/// What a pack holds, and its code in the bytes.
public enum PackKind {
    CHUNKS(1, PackLimits.ENTRIES_MAX),
    /// Who needs one node of a tree seldom needs the next, so little is read of the pack beside it.
    NODES(2, 256);

    private final int code;
    private final int entriesWritten;

    PackKind(int code, int entriesWritten) {
        this.code = code;
        this.entriesWritten = entriesWritten;
    }

    /// A writer begins its next pack here; a reader takes more for possible.
    int entriesWritten() {
        return entriesWritten;
    }

    int code() {
        return code;
    }
}
