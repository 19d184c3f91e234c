package io.tidemark.bench.repository;

import java.io.IOException;
import java.nio.file.Path;

/// One of those who do the same work.
///
/// @param isOurs whether this JVM works itself; else programs that it starts
/// @param output the files that the work leaves
/// @param prepare what comes before and is not measured
record Side(String name, boolean isOurs, Path output, Work prepare, Work work) {
    static final Work NOTHING = () -> {};

    /// A step of a side.
    interface Work {
        void run() throws IOException, InterruptedException;
    }
}
