package io.tidemark.agent.repository.pack;

/// How an entry is stored, and its code in the bytes.
public enum Codec {
    /// As it is.
    RAW(0),
    /// As one zstd frame.
    ZSTD(1);

    private final int code;

    Codec(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
