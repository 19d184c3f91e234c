package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.RecordChecker;
import io.tidemark.system.LivePoints.Backup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePointsTest {
    private static final int SLOTS = 4;
    private static final int HEADER_BYTES = 34;

    @TempDir
    private Path folder;

    private final LivePoints points = new LivePoints(new RecordChecker(0, SLOTS));

    @Test
    void aPointBetweenTheWritesOfOneRecordIsOneInstant() throws IOException {
        assertThat(points.judge(backup(19, 22), new RestoredDisks(disk(0, 21), disk(1, 20))))
                .isEmpty();

        assertThat(points.live()).isEqualTo(1);
    }

    @Test
    void twoJobsOfOneDiskEachAreFound() throws IOException {
        assertThat(points.judge(backup(19, 24), new RestoredDisks(disk(0, 20), disk(1, 22))))
                .hasValueSatisfying(why -> assertThat(why).contains("skew"));

        assertThat(points.live()).isZero();
    }

    @Test
    void aDiskOfAnotherPointIsFound() throws IOException {
        RestoredDisks older = new RestoredDisks(disk(0, 20), disk(1, 20));
        RestoredDisks newer = new RestoredDisks(disk(0, 22), disk(1, 22));

        assertThat(points.takes(older, newer)).isFalse();
        assertThat(points.takes(newer, older)).isFalse();
        assertThat(points.takes(newer, newer)).isTrue();
    }

    @Test
    void aPointFromBeforeTheBackupBeganIsFound() throws IOException {
        assertThat(points.judge(backup(21, 24), new RestoredDisks(disk(0, 20), disk(1, 20))))
                .hasValueSatisfying(why -> assertThat(why).contains("old"));
    }

    @Test
    void aPointThatHoldsWhatWasWrittenAfterTheBackupIsFound() throws IOException {
        assertThat(points.judge(backup(19, 22), new RestoredDisks(disk(0, 25), disk(1, 25))))
                .hasValueSatisfying(why -> assertThat(why).contains("record after"));
    }

    @Test
    void aPointOlderThanTheOneBeforeItIsFound() throws IOException {
        points.judge(backup(19, 26), new RestoredDisks(disk(0, 24), disk(1, 24)));

        assertThat(points.judge(backup(19, 26), new RestoredDisks(disk(0, 23), disk(1, 23))))
                .hasValueSatisfying(why -> assertThat(why).contains("gone back"));
        assertThat(points.flaws()).hasSize(1);
    }

    @Test
    void aBackupWithoutARecordMeanwhileDoesNotCount() throws IOException {
        assertThat(points.judge(backup(20, 20), new RestoredDisks(disk(0, 20), disk(1, 20))))
                .isEmpty();

        assertThat(points.live()).isZero();
    }

    private static Backup backup(long reportedBefore, long reportedAfter) {
        return new Backup("point", reportedBefore, reportedAfter, reportedAfter + 2);
    }

    private Path disk(int disk, long newest) throws IOException {
        Path image = Files.createTempFile(folder, "disk" + disk, ".raw");
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            for (long n = newest - SLOTS + 1; n <= newest; n++) {
                channel.write(ByteBuffer.wrap(record(disk, n)), (n - 1) % SLOTS * RecordChecker.RECORD_BYTES);
            }
        }
        return image;
    }

    private static byte[] record(int disk, long n) {
        byte[] whole = new byte[RecordChecker.RECORD_BYTES];
        byte[] line = String.format("%015d\n", n).getBytes(StandardCharsets.ISO_8859_1);
        for (int i = HEADER_BYTES; i < whole.length; i++) {
            whole[i] = line[(i - HEADER_BYTES) % line.length];
        }
        CRC32 crc = new CRC32();
        crc.update(whole, HEADER_BYTES, whole.length - HEADER_BYTES);
        byte[] header =
                String.format("TMREC1 %d %015d %08x\n", disk, n, crc.getValue()).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(header, 0, whole, 0, HEADER_BYTES);
        return whole;
    }
}
