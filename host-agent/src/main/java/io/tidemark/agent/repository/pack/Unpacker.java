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
    /// @param stored a direct buffer; its position and limit do not matter and stay
    void unpack(LocatedEntry located, ByteBuffer stored, int at, byte[] out, int outAt) {
        DirectoryEntry entry = located.entry();
        if (entry.length() < 1 || entry.length() > PackLimits.CONTENT_BYTES_MAX) {
            throw located.damaged("a length of " + entry.length());
        }
        int length = entry.storedLength();
        if (packs.isProtecting()) {
            byte[] sealed = new byte[length];
            stored.get(at, sealed);
            byte[] opened = packs.opened(located, sealed);
            decode(located, opened.length, new Source() {
                @Override
                public void copy() {
                    System.arraycopy(opened, 0, out, outAt, opened.length);
                }

                @Override
                public int unzip() {
                    return zstd.decompressByteArray(out, outAt, entry.length(), opened, 0, opened.length);
                }
            });
        } else {
            decode(located, length, new Source() {
                @Override
                public void copy() {
                    stored.get(at, out, outAt, length);
                }

                @Override
                public int unzip() {
                    return zstd.decompressDirectByteBufferToByteArray(out, outAt, entry.length(), stored, at, length);
                }
            });
        }
    }

    /// Brings what was packed to where it is wanted.
    private interface Source {
        void copy();

        /// Answers how long the content is.
        int unzip();
    }

    private static void decode(LocatedEntry located, int packedLength, Source source) {
        switch (located.entry().codec()) {
            case RAW -> {
                if (packedLength != located.entry().length()) {
                    throw located.damaged("a stored length of " + packedLength);
                }
                source.copy();
            }
            case ZSTD -> unzip(located, source);
        }
    }

    private static void unzip(LocatedEntry located, Source source) {
        int expected = located.entry().length();
        try {
            int got = source.unzip();
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
