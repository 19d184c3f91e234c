package io.tidemark.agent.repository;

import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.pack.WrittenPack;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/// One digest over all packs of a session, in the order of their numbers: for each its size (8, big-endian) and the
/// digest of its directory (32).
final class PackSums {
    private PackSums() {}

    static MadePacks of(SessionId session, List<WrittenPack> packs) {
        MessageDigest sha = Digest.sha256();
        long bytes = 0;
        for (WrittenPack pack : packs.stream()
                .sorted(Comparator.comparingInt(each -> each.pack().number()))
                .toList()) {
            ByteBuffer one =
                    ByteBuffer.allocate(Long.BYTES + Digest.LENGTH_BYTES).putLong(pack.sizeBytes());
            pack.directory().write(one);
            sha.update(one.flip());
            bytes += pack.sizeBytes();
        }
        return new MadePacks(session, packs.size(), bytes, Digest.ofBytes(sha.digest()));
    }
}
