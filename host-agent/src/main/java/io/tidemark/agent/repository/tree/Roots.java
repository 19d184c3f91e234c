package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The id of a whole disk: that of these bytes, big-endian:
///
/// ```
/// 8  "TDMKDSK1"
/// 8  size of the disk, in bytes
/// 32 id of the root node; zeros if every chunk is zero
/// ```
final class Roots {
    private static final byte[] MAGIC = "TDMKDSK1".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH_BYTES = 48;
    private static final Digest ZEROS = new Digest(0, 0, 0, 0);

    private Roots() {}

    static Digest id(long sizeBytes, @Nullable Digest rootNode, ContentIds ids) {
        ByteBuffer out = ByteBuffer.allocate(LENGTH_BYTES).put(MAGIC).putLong(sizeBytes);
        (rootNode == null ? ZEROS : rootNode).write(out);
        return ids.of(out.array());
    }
}
