package io.tidemark.agent.fuzz;

import java.util.List;

/// A parser of bytes that anybody may have written.
public interface FuzzTarget {
    /// Names the folder of its corpus.
    String name();

    /// Bytes that it takes.
    List<byte[]> seeds();

    /// Parses. True: the bytes are taken, and say the same when they are written again. False: they are refused as
    /// they may be. Everything else is thrown.
    boolean isTaken(byte[] bytes);
}
