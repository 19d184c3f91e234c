package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/// Makes the content of entries from what is stored of them, one after the other. One thread at a time.
final class Unpacker implements AutoCloseable {
    private final PackReader packs;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    Unpacker(PackReader packs) {
        this.packs = packs;
    }

    /// Writes the content of what is stored from `at` on to `out`, from `outAt` on, as many bytes as the entry
    /// says. It is not checked against its id.
    ///
    /// @param stored its position and limit do not matter and stay
    void unpack(LocatedEntry located, ByteBuffer stored, int at, byte[] out, int outAt) {
        DirectoryEntry entry = located.entry();
        if (entry.length() < 1 || entry.length() > PackLimits.CONTENT_BYTES_MAX) {
            throw located.damaged("a length of " + entry.length());
        }
        Target target = new Target(out, outAt);
        if (packs.isProtecting()) {
            byte[] sealed = new byte[entry.storedLength()];
            stored.get(at, sealed);
            byte[] opened = packs.opened(located, sealed);
            decode(located, ByteBuffer.wrap(opened), 0, opened.length, target);
        } else {
            decode(located, stored, at, entry.storedLength(), target);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Target(byte[] bytes, int at) {}

    private void decode(LocatedEntry located, ByteBuffer packed, int from, int length, Target target) {
        switch (located.entry().codec()) {
            case RAW -> {
                if (length != located.entry().length()) {
                    throw located.damaged("a stored length of " + length);
                }
                packed.get(from, target.bytes(), target.at(), length);
            }
            case ZSTD -> unzip(located, packed, from, length, target);
        }
    }

    private void unzip(LocatedEntry located, ByteBuffer packed, int from, int length, Target target) {
        int expected = located.entry().length();
        byte[] out = target.bytes();
        try {
            int got = packed.hasArray()
                    ? zstd.decompressByteArray(
                            out, target.at(), expected, packed.array(), packed.arrayOffset() + from, length)
                    : zstd.decompressDirectByteBufferToByteArray(out, target.at(), expected, packed, from, length);
            if (got != expected) {
                throw located.damaged("bytes that unpack to " + got);
            }
        } catch (ZstdException e) {
            throw located.damaged("bytes that do not unpack: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        zstd.close();
    }
}
