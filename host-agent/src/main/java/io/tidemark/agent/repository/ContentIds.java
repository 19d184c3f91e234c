package io.tidemark.agent.repository;

/// Makes the id of content: the same for the same bytes. Safe for use by many threads.
public interface ContentIds {
    /// SHA-256, which anybody can compute.
    ContentIds PLAIN = Digest::of;

    Digest of(byte[] bytes, int offset, int length);

    default Digest of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }
}
