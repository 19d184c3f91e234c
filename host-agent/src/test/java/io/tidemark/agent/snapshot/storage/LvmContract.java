package io.tidemark.agent.snapshot.storage;

import static io.tidemark.agent.snapshot.storage.VolumeSnapshotsContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of all on logical volumes of a guest, and what is LVM's own in both mechanisms. Each test has the
/// volume group `vg` for itself.
interface LvmContract extends VolumeSnapshotsContract {
    int BLOCK_BYTES = 64 << 10;
    int BLOCKS = 64;
    int WRITES = 4;
    Set<String> LOOKS = Set.of("lvs", "dmsetup", "sleep");

    LvmGuest guest();

    /// Makes a volume of [#BLOCKS] blocks.
    void create(String name);

    @BeforeEach
    default void empty() {
        guest().done("sh", "-c", "lvremove -y -q vg || true");
    }

    @Override
    default HostTools tools() {
        return guest();
    }

    @Override
    default Volume created(String name) {
        create(name);
        var volume = new Volume(null, Path.of("/dev/vg/" + name), ImageFormat.RAW, false);
        write(volume, name.hashCode());
        return volume;
    }

    @Override
    default void write(Volume volume, int seed) {
        var random = new Random(seed);
        var script = new StringBuilder("set -e");
        for (int number = 0; number < WRITES; number++) {
            script.append("; yes ").append(random.nextInt(1 << 30));
            script.append(" | head -c ").append(BLOCK_BYTES);
            script.append(" | dd bs=").append(BLOCK_BYTES).append(" conv=notrunc,fsync iflag=fullblock of=$0 seek=");
            script.append(random.nextInt(BLOCKS));
        }
        guest().done("sh", "-c", script.toString(), volume.path().toString());
    }

    @Override
    default String content(Volume volume) {
        return guest().done("sha256sum", volume.path().toString());
    }

    /// Names, tags and states of all volumes.
    @Override
    default List<String> traces() {
        String command = "lvs -a --noheadings -o lv_name,lv_tags,lv_active vg | sort";
        return guest().done("sh", "-c", command).lines().map(String::strip).toList();
    }

    /// A death before or after a program that only looks is one before or after its neighbour that does something.
    @Override
    default boolean isCutOff(int fatalCall, boolean isRunFirst, Consumer<VolumeSnapshots> work) {
        var dying = new DyingTools(tools(), fatalCall, isRunFirst);
        HostTools some = (limit, command) ->
                LOOKS.contains(command.getFirst()) ? tools().run(limit, command) : dying.run(limit, command);
        try {
            work.accept(over(some));
            return false;
        } catch (DyingTools.Death dead) {
            return true;
        }
    }

    /// Before each step; after the last one is [#aVolumeGoesBackToWhatItHeld], and this takes its time in a guest.
    @ParameterizedTest
    @ValueSource(booleans = false)
    @Override
    default void aRevertThatWasCutOffIsDoneAgain(boolean isRunFirst) {
        VolumeSnapshotsContract.super.aRevertThatWasCutOffIsDoneAgain(isRunFirst);
    }

    private SnapshotMember planned(Volume volume, String name) {
        return over(tools()).plan(volume, new SnapshotName(name));
    }

    /// As a QEMU has it whose vCPUs stand still.
    @Test
    default void aVolumeThatIsOpenIsTakenAndNotReverted() {
        Volume volume = created("a");
        String before = content(volume);
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = planned(volume, "running");
        String holder = guest().holding(volume.path());
        var running = new Volume("vda", volume.path(), volume.format(), true);

        snapshots.take(running, member);
        write(volume, 1);

        String written = content(volume);
        assertThat(snapshots.list(running)).extracting("storageName").containsExactly("running");
        assertRefused(FailureReason.VOLUME_IN_USE, "somebody", () -> snapshots.revert(volume, member));
        assertThat(content(volume)).isEqualTo(written);
        guest().done("kill", "-9", holder);
        snapshots.revert(volume, member);
        assertThat(content(volume)).isEqualTo(before);
    }

    @Test
    default void namesThatLvmKeepsAndLongOnesAreUnfit() {
        Volume volume = created("a");
        List<String> traces = traces();

        assertRefused(FailureReason.NAME_UNFIT, "_mlog", () -> planned(volume, "x_mlog"));
        assertThat(traces()).isEqualTo(traces);
        Volume hyphens = created("h" + "-".repeat(30));
        assertRefused(FailureReason.NAME_UNFIT, "127 bytes", () -> planned(hyphens, "s" + "-".repeat(40)));
    }

    @Test
    default void aNameThatAnotherVolumeHasIsRefused() {
        Volume volume = created("a");
        create("a.before");

        assertRefused(FailureReason.NAME_TAKEN, "/dev/vg/a.before", () -> planned(volume, "before"));
    }

    /// A snapshot that we did not take, and one of another volume, are not touched whatever a message says.
    @Test
    default void onlyWhatIsOursIsGivenUp() {
        Volume volume = created("a");
        SnapshotMember member = planned(volume, "before");
        create("a.before");
        List<String> traces = traces();

        assertRefused(
                FailureReason.SNAPSHOT_CHANGED, "a.before", () -> over(tools()).delete(volume, member));
        assertRefused(
                FailureReason.SNAPSHOT_CHANGED, "a.before", () -> over(tools()).revert(volume, member));
        assertRefused(
                FailureReason.SNAPSHOT_CHANGED, "a.before", () -> over(tools()).take(volume, member));
        for (String path : List.of("/dev/vg/b.before", "/dev/vg/a", "-h/x.before", "/dev/--test/a.before")) {
            var forged = new SnapshotMember(
                    null, member.volume(), member.mechanism(), member.storageName(), path, member.namespace());
            assertRefused(
                    FailureReason.SNAPSHOT_CHANGED, path, () -> over(tools()).delete(volume, forged));
        }
        assertThat(traces()).isEqualTo(traces);
    }

    @Test
    default void whateverLeadsToAVolumeIsIt() {
        Volume volume = created("a");
        String minor = guest().done("dmsetup", "info", "-c", "--noheadings", "-o", "minor", "vg-a");
        for (String path : List.of("/dev/mapper/vg-a", "/dev/dm-" + minor.strip())) {
            var same = new Volume(null, Path.of(path), ImageFormat.RAW, false);

            SnapshotMember member = planned(same, "one");

            assertThat(member.newFile()).isEqualTo("/dev/vg/a.one");
            assertThat(member.namespace()).isEqualTo(planned(volume, "one").namespace());
        }
    }

    @Test
    default void whatIsNoLogicalVolumeHasNone() {
        create("a");
        for (String path : List.of("/dev/vda", "/dev/vg", "/dev/null", "/no/such", "vg/a")) {
            var other = new Volume(null, Path.of(path), ImageFormat.RAW, false);
            assertThat(over(tools()).whyNot(other)).hasValue("expected a logical volume, found none");
        }
    }
}
