package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.demo.RecordChecker.Verdict;
import io.tidemark.demo.TinyGuest.Mode;
import io.tidemark.demo.TinyGuest.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One libvirtd and one writing guest serve all tests, as a boot takes seconds. Each test leaves the guest running.
class TinyGuestIT {
    /// Few, so that records overwrite each other soon.
    private static final int SLOTS = 16;

    @TempDir
    private static Path folder;

    private static GuestFiles files;
    private static PrivateLibvirtd libvirtd;
    private static TinyGuest writer;

    @BeforeAll
    static void startWriter() throws IOException {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        Path home = Path.of(System.getProperty("user.home"));
        files = GuestFiles.prepare(GuestFiles.defaultCache(System.getenv("TIDEMARK_HOME"), home));
        libvirtd = PrivateLibvirtd.start(folder.resolve("libvirt"));
        writer = TinyGuest.start(
                libvirtd, files, Spec.of("writer", folder.resolve("writer")).withSlots(SLOTS));
    }

    @AfterAll
    static void endWriter() throws IOException {
        if (writer != null) {
            writer.close();
        }
        if (libvirtd != null) {
            libvirtd.close();
        }
    }

    @Test
    void aPausedGuestHoldsOneMomentOnBothDisks() throws IOException {
        writer.awaitRecord(writer.lastRecord() + 5);
        long before = writer.lastRecord();

        writer.pause();
        Verdict verdict = verdict(before);
        writer.resume();

        assertThat(verdict.why()).isEmpty();
        assertThat(verdict.newest()).isGreaterThanOrEqualTo(before);
        assertThat(writer.checker()
                        .check(folder.resolve("b.raw"), folder.resolve("a.raw"), 0, Long.MAX_VALUE)
                        .why())
                .startsWith("swapped");
        writer.awaitRecord(writer.newestPossibleRecord() + 1);
    }

    @Test
    void theFirstBytesComeFromTheSeedAndHalfOfThemCompress() throws IOException {
        Path again = folder.resolve("again.raw");
        new SeededDisk(1, TinyGuest.FILLED_BYTES, TinyGuest.DISK_BYTES, SeededDisk.NO_PARTITION)
                .create(folder, again, "raw");

        writer.pause();
        writer.copyDisk(0, folder.resolve("seeded.raw"));
        writer.resume();

        String first = "tail -c +513 %s | head -c 67108352 | sha256sum";
        assertThat(shell(first.formatted(folder.resolve("seeded.raw")))).isEqualTo(shell(first.formatted(again)));
        long packed = Long.parseLong(
                shell("head -c 67108864 %s | gzip -1 | wc -c".formatted(again)).strip());
        assertThat(packed).isBetween(TinyGuest.FILLED_BYTES / 2, TinyGuest.FILLED_BYTES * 3 / 4);
    }

    @Test
    void recordsGoOnAfterItsQemuWasKilled() throws IOException {
        writer.awaitRecord(SLOTS + 3);
        long before = writer.lastRecord();

        writer.kill();
        Verdict killed = verdict(before);
        writer.startAgain();

        assertThat(killed.why()).isEmpty();
        assertThat(writer.lastRecord()).isBetween(before, before + 10);
        writer.awaitRecord(before + 10);
        writer.pause();
        Verdict verdict = verdict(before + 10);
        writer.resume();
        assertThat(verdict.why()).isEmpty();
    }

    @Test
    void aFreezeHoldsTheWriterBetweenTwoRecords() throws IOException {
        writer.awaitAgent();

        int frozen = writer.freeze();
        long at = writer.newestPossibleRecord();
        writer.pause();
        Verdict verdict = verdict(writer.lastRecord());
        writer.resume();
        int thawed = writer.thaw();

        assertThat(frozen).isEqualTo(1);
        assertThat(thawed).isEqualTo(1);
        assertThat(verdict.why()).isEmpty();
        assertThat(verdict.newest()).isLessThanOrEqualTo(at);
        writer.awaitRecord(at + 3);
    }

    @Test
    void aGuestWithFilesIsFrozenCleanlyAndClosesTwice() throws IOException {
        Spec spec = Spec.of("files", folder.resolve("files"))
                .with(Mode.FS)
                .withSeed(7)
                .withRawDisk();
        TinyGuest guest = TinyGuest.start(libvirtd, files, spec);
        try {
            guest.awaitAgent();
            assertThat(guest.freeze()).isEqualTo(1);
            guest.pause();
            guest.copyDisk(0, folder.resolve("frozen.raw"));
            guest.resume();
            assertThat(guest.thaw()).isEqualTo(1);
            String fileSystem = folder.resolve("frozen.raw") + "?offset=" + TinyGuest.FILE_SYSTEM_OFFSET;
            assertThat(shell("e2fsck -fn '" + fileSystem + "'")).doesNotContain("recovery");
            guest.awaitRecord(guest.lastRecord() + 2);
            assertThat(Files.size(guest.disk(2))).isEqualTo(TinyGuest.DISK_BYTES);
        } finally {
            guest.close();
        }
        guest.close();

        assertThat(libvirtd.virsh("list", "--all", "--name"))
                .doesNotContain("files")
                .contains("writer");
    }

    private static Verdict verdict(long atLeast) throws IOException {
        Path first = folder.resolve("a.raw");
        Path second = folder.resolve("b.raw");
        writer.copyDisk(0, first);
        writer.copyDisk(1, second);
        return writer.checker().check(first, second, atLeast, writer.newestPossibleRecord());
    }

    private static String shell(String script) throws IOException {
        return Commands.run(folder, List.of("sh", "-c", script));
    }
}
