package io.tidemark.agent.qcow2;

import java.io.IOException;

/// The runs of dirty bytes that a bitmap names, one after the other in rising order, with clean bytes between them.
/// Stands before the first one at first. For one thread.
public interface DirtyRuns {
    /// Goes on to the next run; false if there is none.
    boolean advance() throws IOException;

    /// The first byte of the run, a whole number of granules.
    long offset();

    /// The first byte after the run: a whole number of granules, or the disk's end.
    long end();
}
