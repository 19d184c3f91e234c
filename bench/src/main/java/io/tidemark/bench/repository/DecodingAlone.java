package io.tidemark.bench.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.tidemark.agent.repository.Chunks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The least that a verification with a key has to do with chunks: each is read from one file, opened, unpacked and
/// hashed, by two threads, with nothing of the repository's.
///
/// @param file zstd frames, or the chunk as it is where that is not smaller, each sealed
record DecodingAlone(Path file, List<Sealed> sealed) {
    private static final int THREADS = 2;
    private static final int LEVEL = -3;
    private static final int TAG_BITS = 128;
    private static final int TAG_BYTES = TAG_BITS / Byte.SIZE;
    private static final int NONCE_BYTES = 12;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

    /// Where a sealed chunk lies in the file.
    ///
    /// @param nonce differs for each chunk
    /// @param contentLength of the chunk
    private record Sealed(long offset, int length, int nonce, boolean isPacked, int contentLength) {}

    /// @param file a new one
    static DecodingAlone of(Path image, Path file) throws IOException {
        List<Sealed> all = new ArrayList<>();
        long offset = 0;
        try (InputStream in = Files.newInputStream(image);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (byte[] chunk = in.readNBytes(Chunks.SIZE_BYTES);
                    chunk.length > 0;
                    chunk = in.readNBytes(Chunks.SIZE_BYTES)) {
                byte[] packed = Zstd.compress(chunk, LEVEL);
                boolean isPacked = packed.length < chunk.length;
                byte[] sealed = cipher(Cipher.ENCRYPT_MODE, all.size()).doFinal(isPacked ? packed : chunk);
                out.write(sealed);
                all.add(new Sealed(offset, sealed.length, all.size(), isPacked, chunk.length));
                offset += sealed.length;
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        return new DecodingAlone(file, all);
    }

    private static Cipher cipher(int mode, int nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] iv = ByteBuffer.allocate(NONCE_BYTES).putInt(nonce).array();
        cipher.init(mode, KEY, new GCMParameterSpec(TAG_BITS, iv));
        return cipher;
    }

    void run() throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        try (FileChannel in = FileChannel.open(file);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                workers.add(threads.submit(() -> {
                    decode(in, next);
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("decoding: " + failed.getCause(), failed);
        }
    }

    private void decode(FileChannel in, AtomicInteger next) throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        ByteBuffer stored = ByteBuffer.allocateDirect(Chunks.SIZE_BYTES + TAG_BYTES);
        byte[] opened = new byte[Chunks.SIZE_BYTES];
        byte[] plain = new byte[Chunks.SIZE_BYTES];
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            for (int at = next.getAndIncrement(); at < sealed.size(); at = next.getAndIncrement()) {
                Sealed chunk = sealed.get(at);
                read(in, chunk.offset, stored.clear().limit(chunk.length));
                int length = cipher(Cipher.DECRYPT_MODE, chunk.nonce).doFinal(stored, ByteBuffer.wrap(opened));
                byte[] whole = opened;
                if (chunk.isPacked) {
                    length = zstd.decompressByteArray(plain, 0, chunk.contentLength, opened, 0, length);
                    whole = plain;
                }
                if (length != chunk.contentLength) {
                    throw new IOException("chunk: expected " + chunk.contentLength + " bytes, found " + length);
                }
                sha256.update(whole, 0, length);
                byte[] _ = sha256.digest();
            }
        }
    }

    private static void read(FileChannel in, long offset, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (in.read(into, offset + into.position()) < 0) {
                throw new IOException("sealed chunks: expected more, found their end");
            }
        }
        into.flip();
    }
}
