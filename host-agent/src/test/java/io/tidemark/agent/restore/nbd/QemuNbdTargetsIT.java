package io.tidemark.agent.restore.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.restore.ImageTarget;
import io.tidemark.agent.restore.ImageTargets.NewImage;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class QemuNbdTargetsIT {
    private static final TaskId TASK = new TaskId(new UUID(9, 2));
    private static final int SIZE = 40 * 1024 * 1024 + 512;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsReadBack(ImageFormat format) throws Exception {
        byte[] expected = new byte[SIZE];
        Arrays.fill(expected, 1000, 30 * 1024 * 1024, (byte) 7);
        Arrays.fill(expected, SIZE - 100, SIZE, (byte) 9);
        try (ImageTarget target = create("work", format)) {
            target.write(1000, ByteBuffer.wrap(expected, 1000, 30 * 1024 * 1024 - 1000));
            target.write(31 * 1024 * 1024, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            target.write(SIZE - 100, ByteBuffer.wrap(expected, SIZE - 100, 100));
            target.flush();
            target.zero(31 * 1024 * 1024, 65536);
            target.flush();

            assertThat(target.sizeBytes()).isEqualTo(SIZE);
            assertThat(Arrays.mismatch(readAll(target), expected)).isEqualTo(-1);
            assertThat(target.maybeData(0, SIZE).totalBytes()).isBetween(30 * 1024 * 1024L, 32 * 1024 * 1024L);
            target.complete();
        }
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void socketPathThatIsTooLongIsRefusedBeforeAnyToolRuns() throws Exception {
        Files.createFile(folder.resolve("image"));

        assertThatThrownBy(() -> create("w".repeat(100), ImageFormat.RAW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a path of at most 107 bytes");
    }

    @Test
    void toolThatFailsIsQuoted() {
        NewImage image = new NewImage(TASK, 0, folder.resolve("none/image"), ImageFormat.QCOW2, SIZE);

        assertThatThrownBy(() -> targets("work").create(image))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("qemu-img")
                .hasMessageContaining("No such file or directory");
    }

    @Test
    void abortFromAnotherThreadEndsTheServer() throws Exception {
        try (ImageTarget target = create("work", ImageFormat.QCOW2)) {
            Thread.ofVirtual().start(target::abort).join();

            assertThatThrownBy(target::flush).isInstanceOf(IOException.class);
        }
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    private QemuNbdTargets targets(String work) {
        return new QemuNbdTargets(folder.resolve(work), Duration.ofSeconds(20));
    }

    private ImageTarget create(String work, ImageFormat format) throws IOException {
        return targets(work).create(new NewImage(TASK, 0, folder.resolve("image"), format, SIZE));
    }

    private static byte[] readAll(ImageTarget target) throws IOException {
        byte[] out = new byte[SIZE];
        Arrays.fill(out, (byte) 0xee);
        target.read(new ExtentMap(List.of(new Extent(0, SIZE, 0))), new ImageTarget.Reader() {
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
}
