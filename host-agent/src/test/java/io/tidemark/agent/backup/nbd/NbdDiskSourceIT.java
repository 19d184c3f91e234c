package io.tidemark.agent.backup.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NbdDiskSourceIT {
    private static final int SIZE = 8 * 1024 * 1024 + 512;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Test
    void everyByteAndTheDirtyExtentsAreThoseOfTheImage() throws Exception {
        Path image = folder.resolve("disk.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), Integer.toString(SIZE));
        run("qemu-io", "-f", "qcow2", "-c", "write -P 0x11 0 1M", image.toString());
        run("qemu-img", "bitmap", "--add", image.toString(), "b0");
        run("qemu-io", "-f", "qcow2", "-c", "write -P 0x5a 2M 192k", "-c", "write -P 0x77 8M 512", image.toString());
        Path socket = folder.resolve("nbd.sock");
        serve(image, socket);
        try (NbdDiskSource source = NbdDiskSource.open(new NbdDiskSource.Address(socket, ""), "b0")) {
            byte[] found = readAll(source);

            byte[] expected = new byte[SIZE];
            Arrays.fill(expected, 0, 1 << 20, (byte) 0x11);
            Arrays.fill(expected, 2 << 20, (2 << 20) + 192 * 1024, (byte) 0x5a);
            Arrays.fill(expected, 8 << 20, SIZE, (byte) 0x77);
            assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
            DirtyMap dirty = source.dirty();
            assertThat(dirty.within(0, 16 << 20).extents())
                    .containsExactly(new Extent(2 << 20, 192 * 1024, 0), new Extent(8 << 20, 512, 0));
            assertThat(dirty.reportedBytes()).isEqualTo(192 * 1024 + 512);
            DiskSource.Allocation allocation = source.allocation(0, SIZE);
            assertThat(allocation.data().totalBytes() + allocation.zero().totalBytes())
                    .isEqualTo(SIZE);
            assertThat(allocation.zero().clip(1 << 20, 1 << 20).totalBytes()).isEqualTo(1 << 20);
        } finally {
            ProcessHandle.of(Long.parseLong(
                            Files.readString(folder.resolve("pid")).strip()))
                    .ifPresent(ProcessHandle::destroy);
        }
    }

    private void serve(Path image, Path socket) throws Exception {
        String pidFile = folder.resolve("pid").toString();
        String options = "--fork -r -t -e 2 -f qcow2 -B b0 -k " + socket + " --pid-file " + pidFile + " " + image;
        run(("qemu-nbd " + options).split(" "));
    }

    private static byte[] readAll(NbdDiskSource source) throws IOException {
        byte[] out = new byte[(int) source.sizeBytes()];
        Arrays.fill(out, (byte) 0xee);
        source.read(new ExtentMap(List.of(new Extent(0, out.length, 0))), new DiskSource.Sink() {
            @Override
            public void data(long offset, ByteBuffer bytes) {
                bytes.get(out, (int) offset, bytes.remaining());
            }

            @Override
            public void zero(long offset, long length) {
                Arrays.fill(out, (int) offset, (int) (offset + length), (byte) 0);
            }
        });
        return out;
    }

    private void run(String... command) throws Exception {
        Path log = folder.resolve("tool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
