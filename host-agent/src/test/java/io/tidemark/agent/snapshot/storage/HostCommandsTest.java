package io.tidemark.agent.snapshot.storage;

import static io.tidemark.agent.snapshot.storage.VolumeSnapshotsContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.storage.HostTools.Answer;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCommandsTest {
    private static final String NOT_THERE = "no-program-of-this-name";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | cp: error writing 'b': No space left on device | NO_SPACE",
                "1 | cp: error writing 'b': Disk quota exceeded | NO_SPACE",
                "1 | cp: failed to clone 'b' from 'a': Operation not supported | MECHANISM_UNAVAILABLE",
                "127 | Cannot run program | MECHANISM_UNAVAILABLE",
                "1 | qemu-img: Could not open 'a': Failed to get \"write\" lock | VOLUME_IN_USE",
                "1 | qemu-img: Could not open 'a': Failed to get shared \"write\" lock | VOLUME_IN_USE",
                "1 | ln: failed to create hard link 'b': File exists | NAME_TAKEN",
                "1 | rm: cannot remove 'a': Input/output error | INTERNAL",
                "5 | Volume group \"vg\" has insufficient free space (0 extents): 3 required. | NO_SPACE",
                "5 | Cannot create new thin volume, free space in thin pool vg/pool reached threshold. | NO_SPACE",
                "3 | Names including \"_mlog\" are reserved. Please choose a different LV name. | NAME_UNFIT",
                "5 | Logical Volume \"a.b\" already exists in volume group \"vg\" | NAME_TAKEN",
                "5 | Logical volume vg/a in use. | VOLUME_IN_USE",
                "5 | snapshot: Required device-mapper target(s) not detected in your kernel. | MECHANISM_UNAVAILABLE"
            })
    void aFailureHasItsReason(int status, String errors, FailureReason reason) {
        var commands = new HostCommands((_, _) -> new Answer(status, "", errors + "\n"));

        assertRefused(reason, errors, () -> commands.done("program", "argument"));
        assertRefused(reason, "program argument", () -> commands.done("program", "argument"));
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBeMissing() {
        var commands = new HostCommands(new LocalTools());

        assertThat(commands.lack(NOT_THERE, "--version", "its-package"))
                .hasValue("expected " + NOT_THERE + ", of the package its-package, found none in PATH");
        assertRefused(FailureReason.MECHANISM_UNAVAILABLE, NOT_THERE, () -> commands.done(NOT_THERE));
    }

    @Test
    void aHostWithoutTheProgramIsToldSoBeforeAnythingIsDone(@TempDir Path folder) throws IOException {
        Path image = Files.write(folder.resolve("a.raw"), new byte[1 << 16]);
        var overlays = new Qcow2Overlay((_, _) -> new Answer(HostTools.NOT_FOUND, "", "none"));

        assertRefused(
                FailureReason.MECHANISM_UNAVAILABLE,
                "qemu-utils",
                () -> overlays.plan(new Volume(null, image, ImageFormat.RAW, false), new SnapshotName("one")));
        assertThat(new TestVolumes(folder).names()).containsExactly("", "a.raw");
    }

    @Test
    void aHostWithoutLvmIsToldSo(@TempDir Path folder) throws IOException {
        Path image = Files.write(folder.resolve("a.raw"), new byte[1 << 16]);
        var none = new LvmThin((_, _) -> new Answer(HostTools.NOT_FOUND, "", "none"));

        assertRefused(
                FailureReason.MECHANISM_UNAVAILABLE,
                "lvm2",
                () -> none.plan(
                        new Volume(null, Path.of("/dev/vg/a"), ImageFormat.RAW, false), new SnapshotName("one")));
        assertThat(none.whyNot(new Volume(null, image, ImageFormat.RAW, false)))
                .hasValue("expected a logical volume, found a file");
    }

    /// As `lvs` of LVM 2.03.16 prints it.
    @Test
    void aReportOfLvmIsRead() {
        String report = """
                {"report": [{"lv": [
                  {"vg_name":"vg", "lv_name":"a.one", "origin":"a", "pool_lv":"", "segtype":"linear",
                   "lv_size":"8388608", "data_percent":"25.00",
                   "metadata_percent":"", "lv_tags":"tidemark,tidemark-of=a",
                   "lv_device_open":"open", "lv_merging":"", "lv_snapshot_invalid":"",
                   "lv_time":"2026-11-28 16:25:16 +0100"},
                  {"vg_name":"vg", "lv_name":"[a.two]", "origin":"[a]", "pool_lv":"[pool]", "segtype":"thin",
                   "lv_size":"4194304", "data_percent":"", "metadata_percent":"", "lv_tags":"", "lv_device_open":"",
                   "lv_merging":"merging", "lv_snapshot_invalid":"snapshot invalid",
                   "lv_time":"2026-11-28 16:25:16 +0000"}]}]}
                """;

        List<LogicalVolume> found = LogicalVolume.of(report);

        LogicalVolume one = found.getFirst();
        assertThat(one.device()).isEqualTo("/dev/vg/a.one");
        assertThat(one.usedBytes()).isEqualTo(2 << 20);
        assertThat(one.tags()).containsExactly("tidemark", "tidemark-of=a");
        assertThat(one.state()).isEqualTo(new LogicalVolume.State(true, false, false));
        assertThat(one.createdAt()).hasToString("2026-11-28T15:25:16Z");
        LogicalVolume two = found.getLast();
        assertThat(List.of(two.name(), two.origin(), two.pool())).containsExactly("a.two", "a", "pool");
        assertThat(two.state()).isEqualTo(new LogicalVolume.State(false, true, true));
        assertThat(two.usedBytes()).isEqualTo(4 << 20);
        assertThat(two.tags()).isEmpty();
        for (String bad : List.of("{", report.replace("2026-11-28 ", ""), report.replace("25.00", "x"))) {
            assertRefused(FailureReason.INTERNAL, "lvs", () -> LogicalVolume.of(bad));
        }
    }

    @Test
    void aProgramThatDoesNotEndIsKilled() {
        var tools = new LocalTools();

        assertRefused(
                FailureReason.TIMED_OUT, "sleep", () -> tools.run(Duration.ofMillis(50), List.of("sleep", "1000")));
    }

    @Test
    void bothOutputsAreReadWhateverTheirLength() {
        String script = "head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o; exit 3";

        Answer answer = new LocalTools().run(Duration.ofMinutes(1), List.of("sh", "-c", script));

        assertThat(answer.status()).isEqualTo(3);
        assertThat(answer.output()).hasSize(300_000).containsOnlyOnce("oo".repeat(150_000));
        assertThat(answer.errors()).hasSize(300_000);
    }

    @Test
    void sharedExtentsAreNotASnapshotsOwn() {
        String fragments = """
                Filesystem type is: 58465342
                File size of a is 3145728 (768 blocks of 4096 bytes)
                 ext:     logical_offset:        physical_offset: length:   expected: flags:
                   0:       32..      47:       4240..      4255:     16:         32: shared
                   1:      304..     319:       4272..      4287:     16:       4256:
                   2:      320..     335:       4512..      4527:     16:       4288: last,unwritten
                a: 3 extents found
                """;

        assertThat(Reflink.ownBytes(fragments)).isEqualTo(2 * 16 * 4096);
        assertThat(Reflink.ownBytes("filefrag: a: FIBMAP unsupported")).isNull();
    }

    @Test
    void whatLiesDirectlyInASubvolumeIsToldFromWhatLiesElsewhere() {
        String shown = """
                vms
                \tName: \t\t\tvms
                \tUUID: \t\t\tc58a0e94-3a47-9f4b-891e-dd36b0a35870
                \tParent UUID: \t\t-
                \tSubvolume ID: \t\t256
                \tTop level ID: \t\t5
                """;
        String listed = """
                ID 257 gen 7 cgen 7 top level 256 otime 2026-11-28 16:25:16 parent_uuid c58a0e94-3a47-9f4b-891e-\
                dd36b0a35870 uuid 82883efc-50bb-3f41-9986-063cfb589084 path .tidemark-snapshots/x y
                ID 258 gen 8 cgen 8 top level 5 otime 2026-11-28 16:25:17 parent_uuid c58a0e94-3a47-9f4b-891e-\
                dd36b0a35870 uuid 92883efc-50bb-3f41-9986-063cfb589084 path backup/one
                ID 259 gen 9 cgen 9 top level 5 otime 2026-11-28 16:25:18 parent_uuid ffffffff-3a47-9f4b-891e-\
                dd36b0a35870 uuid a2883efc-50bb-3f41-9986-063cfb589084 path of-another
                """;

        List<Subvolume.Snapshot> found =
                new Subvolume(Path.of("/m/vms"), Path.of("/m/vms/a.raw")).snapshots(shown, listed);

        assertThat(found).extracting(Subvolume.Snapshot::path).containsExactly(".tidemark-snapshots/x y", "backup/one");
        assertThat(found.getFirst().place()).isEqualTo(Path.of("/m/vms/.tidemark-snapshots/x y"));
        assertThat(found.getFirst().takenAt()).hasToString("2026-11-28T16:25:16Z");
        assertThat(found.getLast().place()).isNull();
    }
}
