package io.tidemark.agent.repository;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

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

    /// Says for one packed chunk after the other whether it is unpacked again, beginning with one that is. Safe for
    /// use by many threads.
    public BooleanSupplier turns() {
        AtomicInteger packed = new AtomicInteger();
        return () -> packed.getAndIncrement() % every == 0;
    }
}
