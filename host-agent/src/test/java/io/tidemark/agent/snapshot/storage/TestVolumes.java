package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Images in a folder, with bytes that follow from seeds, holes among them.
final class TestVolumes {
    static final HostTools TOOLS = new LocalTools();
    private static final long SIZE_BYTES = 3 << 20;
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int WRITES = 6;
    private static final int ROUNDS_MAX = 1000;

    private final Path folder;

    TestVolumes(Path folder) {
        this.folder = folder;
    }

    Volume created(String name, ImageFormat format) {
        Path image = folder.resolve(name + "." + format.code());
        run("qemu-img", "create", "-q", "-f", format.code(), image.toString(), String.valueOf(SIZE_BYTES));
        var volume = new Volume(null, image, format, false);
        write(volume, name.hashCode());
        return volume;
    }

    /// Some blocks; the same seed writes the same bytes to the same places.
    static void write(Volume volume, int seed) {
        var random = new Random(seed);
        for (int number = 0; number < WRITES; number++) {
            long offset = random.nextInt((int) (SIZE_BYTES / BLOCK_BYTES)) * (long) BLOCK_BYTES;
            if (volume.format() == ImageFormat.RAW) {
                write(volume.path(), random, offset);
            } else {
                String pattern = "write -P " + (1 + random.nextInt(255)) + " " + offset + " " + BLOCK_BYTES;
                run("qemu-io", "-f", "qcow2", "-c", pattern, volume.path().toString());
            }
        }
    }

    private static void write(Path file, Random random, long offset) {
        byte[] bytes = new byte[BLOCK_BYTES];
        random.nextBytes(bytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String content(Volume volume) {
        try {
            Path raw = Files.createTempFile("content", ".raw");
            try {
                String path = volume.path().toString();
                run("qemu-img", "convert", "-f", volume.format().code(), "-O", "raw", path, raw.toString());
                return digest(Files.readAllBytes(raw));
            } finally {
                Files.delete(raw);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A machine that stands still and has the volume as its disk, until the process is killed.
    static Process held(Volume volume) throws IOException, InterruptedException {
        String drive = "if=virtio,format=" + volume.format().code() + ",file=" + volume.path();
        Process holder = new ProcessBuilder(
                        "qemu-system-x86_64", "-S", "-nodefaults", "-display", "none", "-accel", "tcg", "-drive", drive)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String path = volume.path().toString();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (TOOLS.run(Duration.ofMinutes(1), List.of("qemu-io", "-f", "raw", "-c", "quit", path))
                            .status()
                    != 0) {
                return holder;
            }
            holder.waitFor(20, TimeUnit.MILLISECONDS);
        }
        holder.destroyForcibly();
        throw new IOException(volume + ": expected QEMU to hold its lock, found that it does not");
    }

    /// Every name below the folder.
    List<String> names() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String run(String... command) {
        HostTools.Answer answer = TOOLS.run(Duration.ofMinutes(1), List.of(command));
        if (answer.status() != 0) {
            throw new IllegalStateException(List.of(command) + ": " + answer);
        }
        return answer.output();
    }
}
