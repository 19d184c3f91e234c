package io.tidemark.agent.fuzz;

import java.util.List;

/// A parser of bytes that anybody may have written.
public interface FuzzTarget {
    /// Names the folder of its corpus.
    String name();

    /// Bytes that it takes, from which a search begins.
    List<byte[]> seeds();

    /// Parses. Returns if the bytes are taken and say what they said when written again, or are refused as they may
    /// be; throws otherwise.
    void run(byte[] bytes);
}
