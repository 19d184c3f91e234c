package io.tidemark.bench.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.tidemark.agent.repository.Chunks;
import java.io.IOException;
import java.io.InputStream;
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

/// The least that a verification with a key has to do with chunks: each is opened, unpacked and hashed, by two
/// threads, from memory, with nothing of the repository's.
///
/// @param sealed zstd frames, or the chunk as it is where that is not smaller, each sealed
record DecodingAlone(List<Sealed> sealed) {
    private static final int THREADS = 2;
    private static final int LEVEL = -3;
    private static final int TAG_BITS = 128;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

    /// @param nonce differs for each chunk
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sealed(byte[] bytes, int nonce, boolean isPacked, int length) {}

    static DecodingAlone of(Path image) throws IOException {
        List<Sealed> all = new ArrayList<>();
        try (InputStream in = Files.newInputStream(image)) {
            for (byte[] chunk = in.readNBytes(Chunks.SIZE_BYTES);
                    chunk.length > 0;
                    chunk = in.readNBytes(Chunks.SIZE_BYTES)) {
                byte[] packed = Zstd.compress(chunk, LEVEL);
                boolean isPacked = packed.length < chunk.length;
                byte[] sealed = cipher(Cipher.ENCRYPT_MODE, all.size()).doFinal(isPacked ? packed : chunk);
                all.add(new Sealed(sealed, all.size(), isPacked, chunk.length));
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        return new DecodingAlone(all);
    }

    private static Cipher cipher(int mode, int nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] iv = new byte[12];
        for (int each = 0; each < Integer.BYTES; each++) {
            iv[each] = (byte) (nonce >> (Byte.SIZE * each));
        }
        cipher.init(mode, KEY, new GCMParameterSpec(TAG_BITS, iv));
        return cipher;
    }

    void run() throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                workers.add(threads.submit(() -> {
                    decode(next);
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

    private void decode(AtomicInteger next) throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] opened = new byte[Chunks.SIZE_BYTES];
        byte[] plain = new byte[Chunks.SIZE_BYTES];
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            for (int at = next.getAndIncrement(); at < sealed.size(); at = next.getAndIncrement()) {
                Sealed chunk = sealed.get(at);
                int length =
                        cipher(Cipher.DECRYPT_MODE, chunk.nonce).doFinal(chunk.bytes, 0, chunk.bytes.length, opened);
                byte[] whole = opened;
                if (chunk.isPacked) {
                    length = zstd.decompressByteArray(plain, 0, chunk.length, opened, 0, length);
                    whole = plain;
                }
                if (length != chunk.length) {
                    throw new IllegalStateException("chunk: expected " + chunk.length + " bytes, found " + length);
                }
                sha256.update(whole, 0, length);
                byte[] _ = sha256.digest();
            }
        }
    }
}
