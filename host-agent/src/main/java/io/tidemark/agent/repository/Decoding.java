package io.tidemark.agent.repository;

/// How many of the chunks that a writer packs it unpacks again, and compares with what came, before it commits.
public enum Decoding {
    ALL("all", 1),
    /// Finds a compressor that is broken, and not a single flipped bit.
    SAMPLE("sample", 16);

    private final String code;
    private final int every;

    Decoding(String code, int every) {
        this.code = code;
        this.every = every;
    }

    /// In records and configuration.
    public String code() {
        return code;
    }

    /// One chunk of so many.
    public int every() {
        return every;
    }
}
