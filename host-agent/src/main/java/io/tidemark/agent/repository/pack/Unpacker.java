package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

/// Makes the content of entries from what is stored of them, one after the other. One thread at a time.
final class Unpacker implements AutoCloseable {
    private final PackReader packs;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    Unpacker(PackReader packs) {
        this.packs = packs;
    }

    /// Writes the content of what is stored from `at` on to `out`, from `outAt` on, as many bytes as the entry
    /// says. It is not checked against its id.
    void unpack(LocatedEntry located, byte[] stored, int at, byte[] out, int outAt) {
        DirectoryEntry entry = located.entry();
        if (entry.length() < 1 || entry.length() > PackLimits.CONTENT_BYTES_MAX) {
            throw located.damaged("a length of " + entry.length());
        }
        if (packs.isProtecting()) {
            byte[] opened = packs.opened(located, stored, at);
            decode(located, opened, 0, opened.length, new Target(out, outAt));
        } else {
            decode(located, stored, at, entry.storedLength(), new Target(out, outAt));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Target(byte[] bytes, int at) {}

    private void decode(LocatedEntry located, byte[] bytes, int from, int length, Target target) {
        switch (located.entry().codec()) {
            case RAW -> {
                if (length != located.entry().length()) {
                    throw located.damaged("a stored length of " + length);
                }
                System.arraycopy(bytes, from, target.bytes(), target.at(), length);
            }
            case ZSTD -> unzip(located, bytes, from, length, target);
        }
    }

    private void unzip(LocatedEntry located, byte[] bytes, int from, int length, Target target) {
        int expected = located.entry().length();
        try {
            int got = zstd.decompressByteArray(target.bytes(), target.at(), expected, bytes, from, length);
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
