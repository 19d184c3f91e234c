package io.tidemark.agent.repository.pack;

/// What a pack holds, and its code in the bytes.
public enum PackKind {
    CHUNKS(1),
    NODES(2);

    private final int code;

    PackKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
