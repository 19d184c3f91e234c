package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.tidemark.agent.repository.Chunks;

/// What one thread presses chunks with, one after the other.
///
/// @param unpacked room to unpack a chunk again
@SuppressWarnings("ArrayRecordComponent") // never compared
record PressTools(ZstdCompressCtx zstd, ZstdDecompressCtx unzip, byte[] unpacked) implements AutoCloseable {
    static PressTools of(ZstdCompressCtx zstd) {
        return new PressTools(zstd, new ZstdDecompressCtx(), new byte[Chunks.SIZE_BYTES]);
    }

    @Override
    public void close() {
        zstd.close();
        unzip.close();
    }
}
