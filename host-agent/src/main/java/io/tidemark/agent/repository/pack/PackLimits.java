package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Chunks;

/// What a reader takes for possible, checked before it takes memory.
final class PackLimits {
    /// A writer begins its next pack here.
    static final long PACK_BYTES = 64L << 20;
    static final int ENTRIES_MAX = 8192;
    /// A chunk, or a node, which is much smaller.
    static final int CONTENT_BYTES_MAX = Chunks.SIZE_BYTES;
    /// Content that does not pack is stored as it is; protection adds some.
    static final int STORED_BYTES_MAX = CONTENT_BYTES_MAX + 1024;
    static final int KEY_SECTION_BYTES_MAX = 16 * 1024;

    private PackLimits() {}
}
