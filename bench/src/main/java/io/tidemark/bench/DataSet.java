package io.tidemark.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// The disk that is backed up: a MiB of random bytes and a MiB of this machine's files in turn, then zeros.
///
/// The random half follows from the seed. The other half is the content of the files below `/usr/lib`, `/usr/share`
/// and `/usr/bin` in sorted order, one after the other, without blocks of 64 KiB that are all zero: it compresses
/// as programs and documents do, and differs from machine to machine, so its digest is told.
public record DataSet(long seed, long nonZeroBytes, long virtualBytes) {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SHOWN_DIGEST_CHARACTERS = 16;

    public DataSet {
        if (nonZeroBytes % (2L * MEBIBYTE) != 0 || virtualBytes < nonZeroBytes) {
            throw new IllegalArgumentException("data set: expected a multiple of 2 MiB that is not zero and a disk that"
                    + " holds it, found " + nonZeroBytes + " of " + virtualBytes + " bytes");
        }
    }

    /// Makes a qcow2 image of it, and answers the digest of the part that is not zero.
    public String create(Path folder, Path image) throws IOException, InterruptedException {
        Path raw = Files.createTempFile(folder, "data", ".raw");
        try {
            String digest = write(raw);
            Program.run(folder, List.of("qemu-img", "resize", "-q", "-f", "raw", raw.toString(), "" + virtualBytes));
            Program.run(
                    folder,
                    List.of("qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", raw.toString(), image.toString()));
            return digest;
        } finally {
            Files.deleteIfExists(raw);
        }
    }

    /// Makes a raw file of the part that is not zero, and answers its digest.
    public String write(Path raw) throws IOException {
        MessageDigest digest = sha256();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(raw);
                InputStream files = new MachineFiles()) {
            for (long done = 0; done < nonZeroBytes; done += 2L * MEBIBYTE) {
                random.nextBytes(piece);
                out.write(piece);
                digest.update(piece);
                if (files.readNBytes(piece, 0, MEBIBYTE) < MEBIBYTE) {
                    throw new IOException("data set: expected " + nonZeroBytes / 2 + " bytes in the files of "
                            + MachineFiles.ROOTS + ", found " + done / 2 + ". Take the option --quick");
                }
                out.write(piece);
                digest.update(piece);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, SHOWN_DIGEST_CHARACTERS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: expected in every JDK", e);
        }
    }

    /// What a line says about it.
    public Map<String, Object> described(String digest) {
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("seed", seed);
        text.put("virtualBytes", virtualBytes);
        text.put("nonZeroBytes", nonZeroBytes);
        text.put(
                "sharesOfVirtual",
                Map.of(
                        "random",
                        share(nonZeroBytes / 2),
                        "files",
                        share(nonZeroBytes / 2),
                        "zero",
                        share(virtualBytes - nonZeroBytes)));
        text.put("sha256Start", digest);
        return text;
    }

    private double share(long bytes) {
        return Math.round(1000.0 * bytes / virtualBytes) / 1000.0;
    }
}
