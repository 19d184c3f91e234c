package io.tidemark.agent.nbd;

/// Takes what a block status says, in rising order: each byte once. Neighbours may have equal flags.
public interface NbdExtentReader {
    void extent(long offset, long length, int flags);
}
