package io.tidemark.agent.snapshot.storage;

import static io.tidemark.agent.snapshot.storage.VolumeSnapshotsContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Both mechanisms of LVM, in one guest.
@Timeout(300)
class LvmIT {
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LvmGuest guest;

    @BeforeAll
    @Timeout(200)
    static void start(@TempDir Path folder) throws IOException {
        guest = LvmGuest.started(folder);
        guest.done("vgcreate", "-y", "vg", "/dev/vda");
    }

    @AfterAll
    static void stop() {
        guest.close();
    }

    private static void fill(Volume volume, int megabytes) {
        guest.done(
                "sh",
                "-c",
                "yes | dd bs=1M iflag=fullblock conv=notrunc,fsync count=$1 of=$0",
                volume.path().toString(),
                String.valueOf(megabytes));
    }

    @Nested
    class Classic implements LvmContract {
        private final VolumeSnapshots snapshots = over(guest);

        @Override
        public LvmGuest guest() {
            return guest;
        }

        @Override
        public VolumeSnapshots over(HostTools tools) {
            return new LvmClassic(tools);
        }

        @Override
        public void create(String name) {
            guest.done("lvcreate", "-y", "-q", "-W", "n", "-L", "4m", "-n", name, "vg");
        }

        @Override
        public String takenBySomebodyElse(Volume volume) {
            guest.done(
                    "lvcreate",
                    "-y",
                    "-q",
                    "-s",
                    "-L",
                    "4m",
                    "-n",
                    "theirs",
                    volume.path().toString());
            return "theirs";
        }

        private SnapshotMember taken(Volume volume, String name) {
            SnapshotMember member = snapshots.plan(volume, new SnapshotName(name));
            snapshots.take(volume, member);
            return member;
        }

        @Test
        void oneOfOursDoesNotOverflow() {
            Volume volume = created("a");
            String before = content(volume);
            SnapshotMember member = taken(volume, "whole");

            fill(volume, 4);

            assertThat(snapshots.list(volume).getFirst().hangsOnIt()).isEmpty();
            snapshots.revert(volume, member);
            assertThat(content(volume)).isEqualTo(before);
        }

        @Test
        void oneOfOthersIsToldToBeLostBeforeAndAfter() {
            Volume volume = created("a");
            String theirs = takenBySomebodyElse(volume);
            write(volume, 1);
            SnapshotReport filling = snapshots.list(volume).getFirst();
            assertThat(filling.hangsOnIt()).singleElement().asString().containsPattern("as soon as.* [1-9][0-9.]* %");

            fill(volume, 4);

            SnapshotReport full = snapshots.list(volume).getFirst();
            assertThat(full.storageName()).isEqualTo(theirs);
            assertThat(full.hangsOnIt()).singleElement().asString().contains("is lost");
            SnapshotMember ours = taken(volume, "ours");
            write(volume, 2);
            snapshots.revert(volume, ours);
        }

        @Test
        void aRevertThatWouldCostAnotherSnapshotIsRefused() {
            Volume volume = created("a");
            SnapshotMember member = taken(volume, "first");
            fill(volume, 4);
            String theirs = takenBySomebodyElse(volume);
            String written = content(volume);

            assertRefused(FailureReason.SNAPSHOT_NEEDED, theirs, () -> snapshots.revert(volume, member));

            assertThat(content(volume)).isEqualTo(written);
        }

        @Test
        void aGroupWithoutRoomIsRefused() {
            Volume volume = created("a");
            guest.done("lvcreate", "-y", "-q", "-W", "n", "-l", "100%FREE", "-n", "rest", "vg");
            guest.done("lvreduce", "-y", "-q", "-f", "-L", "-4m", "vg/rest");
            List<String> traces = traces();

            assertRefused(FailureReason.NO_SPACE, "lvcreate", () -> taken(volume, "large"));

            assertThat(traces()).isEqualTo(traces);
        }

        /// As after a loss of power in the middle, or if somebody opened the volume at that moment.
        @Test
        void aMergeThatWasPutOffIsBroughtToItsEnd() {
            Volume volume = created("a");
            String before = content(volume);
            SnapshotMember member = taken(volume, "before");
            write(volume, 1);
            String holder = guest.holding(volume.path());
            guest.done("lvconvert", "-y", "-q", "--merge", "vg/a.before");
            guest.done("kill", "-9", holder);
            assertThat(snapshots.list(volume).getFirst().hangsOnIt().getFirst()).contains("merged");

            snapshots.revert(volume, member);

            assertThat(content(volume)).isEqualTo(before);
            snapshots.delete(volume, member);
            assertThat(snapshots.list(volume)).isEmpty();
        }

        @Test
        void aThinVolumeHasNone() {
            guest.done("lvcreate", "-y", "-q", "-T", "-L", "8m", "vg/pool");
            guest.done("lvcreate", "-y", "-q", "-V", "4m", "-T", "vg/pool", "-n", "thin");
            Volume volume = created("a");
            var thin = new Volume(null, Path.of("/dev/vg/thin"), volume.format(), false);

            assertThat(snapshots.whyNot(thin)).hasValue("expected a logical volume that is not thin, found thin");
            assertThat(new LvmThin(guest).whyNot(volume)).hasValue("expected a thin logical volume, found linear");
        }
    }

    @Nested
    class Thin implements LvmContract {
        private static final int POOL_MEGABYTES = 48;

        private final VolumeSnapshots snapshots = over(guest);

        @Override
        public LvmGuest guest() {
            return guest;
        }

        @BeforeEach
        @Override
        public void empty() {
            LvmContract.super.empty();
            guest.done("lvcreate", "-y", "-q", "-T", "-L", POOL_MEGABYTES + "m", "vg/pool");
        }

        @Override
        public VolumeSnapshots over(HostTools tools) {
            return new LvmThin(tools);
        }

        @Override
        public void create(String name) {
            guest.done("lvcreate", "-y", "-q", "-V", "4m", "-T", "vg/pool", "-n", name);
        }

        @Override
        public String takenBySomebodyElse(Volume volume) {
            guest.done(
                    "lvcreate", "-y", "-q", "-s", "-n", "theirs", volume.path().toString());
            return "theirs";
        }

        /// From before the first rename on to after the second the volume has no device.
        @Override
        public String contentAfterDeath(Volume volume, String goal) {
            boolean isThere = guest.run(Duration.ofMinutes(1), List.of("test", "-e", "/dev/vg/a"))
                            .status()
                    == 0;
            return isThere ? content(volume) : goal;
        }

        private SnapshotMember taken(Volume volume, String name) {
            SnapshotMember member = snapshots.plan(volume, new SnapshotName(name));
            snapshots.take(volume, member);
            return member;
        }

        @Test
        void aPoolWithoutRoomIsRefused() {
            Volume volume = created("a");
            guest.done("lvcreate", "-y", "-q", "-V", POOL_MEGABYTES + "m", "-T", "vg/pool", "-n", "large");
            fill(new Volume(null, Path.of("/dev/vg/large"), volume.format(), false), POOL_MEGABYTES - 2);
            List<String> traces = traces();

            assertRefused(FailureReason.NO_SPACE, "vg/pool", () -> taken(volume, "more"));

            assertThat(traces()).isEqualTo(traces);
        }

        @Test
        void theVolumesTagsStayThroughARevert() {
            Volume volume = created("a");
            guest.done("lvchange", "-q", "--addtag", "theirs", "vg/a");
            SnapshotMember member = taken(volume, "before");
            List<String> traces = traces();

            snapshots.revert(volume, member);

            assertThat(traces()).isEqualTo(traces).anyMatch(line -> line.matches("a +theirs +active"));
        }

        /// Names that a revert wants may be had by volumes that are not of it.
        @Test
        void whatIsNotOfARevertIsNotTakenForIt() {
            Volume volume = created("a");
            SnapshotMember member = taken(volume, "before");
            create("a..next");
            create("a..last");
            List<String> traces = traces();

            assertRefused(FailureReason.NAME_TAKEN, "a..next", () -> snapshots.revert(volume, member));
            guest.done("lvremove", "-y", "-q", "vg/a..next");
            assertRefused(FailureReason.NAME_TAKEN, "a..last", () -> snapshots.revert(volume, member));
            snapshots.delete(volume, member);
            assertThat(traces()).hasSize(traces.size() - 2).anyMatch(line -> line.startsWith("a..last"));
        }
    }
}
