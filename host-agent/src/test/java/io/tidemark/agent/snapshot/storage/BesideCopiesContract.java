package io.tidemark.agent.snapshot.storage;

import static io.tidemark.agent.snapshot.storage.VolumeSnapshotsContract.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the mechanisms that make a second file do beside the contract of all.
interface BesideCopiesContract extends VolumeSnapshotsContract {
    Path folder();

    @Override
    default HostTools tools() {
        return TestVolumes.TOOLS;
    }

    @Override
    default Volume created(String name) {
        return new TestVolumes(folder()).created(name, ImageFormat.RAW);
    }

    @Override
    default void write(Volume volume, int seed) {
        TestVolumes.write(volume, seed);
    }

    @Override
    default String content(Volume volume) {
        return TestVolumes.content(volume);
    }

    /// Who calls a copy as we do has taken a snapshot.
    @Override
    default String takenBySomebodyElse(Volume volume) {
        String suffix = "@theirs." + over(tools()).mechanism().code();
        TestVolumes.run("cp", volume.path().toString(), volume.path() + suffix);
        return "theirs";
    }

    @Override
    default List<String> traces() {
        return new TestVolumes(folder()).names();
    }

    @Test
    default void ownerAndModeStayThroughARevert() throws IOException {
        Volume volume = created("a");
        TestVolumes.run("chown", "12:34", volume.path().toString());
        TestVolumes.run("chmod", "640", volume.path().toString());
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("before"));
        snapshots.take(volume, member);
        TestVolumes.run("chmod", "600", volume.path().toString());

        snapshots.revert(volume, member);

        assertThat(Files.getAttribute(volume.path(), "unix:uid")).isEqualTo(12);
        assertThat(Files.getAttribute(volume.path(), "unix:gid")).isEqualTo(34);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(volume.path())))
                .isEqualTo("rw-------");
    }

    @Test
    default void aCopyThatWasCutOffIsListedAndIsNoSnapshot() throws IOException {
        Volume volume = created("a");
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("cut"));
        Path partial = Path.of(requireNonNull(member.newFile()) + ".partial");
        Files.writeString(partial, "half of it");
        String before = content(volume);

        SnapshotReport report = snapshots.list(volume).getFirst();
        assertThat(report.storageName()).isEqualTo("cut");
        assertThat(report.newFile()).isEqualTo(partial.toString());
        assertThat(report.hangsOnIt()).singleElement().asString().contains("cut off");
        assertRefused(FailureReason.SNAPSHOT_CHANGED, "cut", () -> snapshots.revert(volume, member));
        assertRefused(FailureReason.NAME_TAKEN, "cut", () -> snapshots.plan(volume, new SnapshotName("cut")));

        snapshots.take(volume, member);
        write(volume, 1);
        snapshots.revert(volume, member);
        assertThat(content(volume)).isEqualTo(before);
        assertThat(partial).doesNotExist();
    }

    @Test
    default void aLinkStaysOneThroughARevert() throws IOException {
        Volume volume = created("a");
        Path link = Files.createSymbolicLink(folder().resolve("link"), volume.path());
        var linked = new Volume(null, link, ImageFormat.RAW, false);
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(linked, new SnapshotName("before"));
        snapshots.take(linked, member);
        String before = content(volume);
        write(volume, 1);

        snapshots.revert(linked, member);

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(content(volume)).isEqualTo(before);
        assertThat(member.namespace())
                .isEqualTo(snapshots.plan(volume, new SnapshotName("next")).namespace());
    }

    @Test
    default void aFileNameThatWouldBeTooLongIsUnfit() {
        Volume volume = created("a".repeat(200));

        assertRefused(
                FailureReason.NAME_UNFIT,
                "255 bytes",
                () -> over(tools()).plan(volume, new SnapshotName("b".repeat(50))));
    }

    /// A member comes in a message: its path is never followed.
    @Test
    default void aMemberThatNamesAnotherFileIsRefused() {
        Volume volume = created("a");
        Volume other = created("b");
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember planned = snapshots.plan(volume, new SnapshotName("one"));
        var forged = new SnapshotMember(
                null,
                planned.volume(),
                planned.mechanism(),
                planned.storageName(),
                other.path().toString(),
                planned.namespace());

        assertRefused(FailureReason.SNAPSHOT_CHANGED, "b.raw", () -> snapshots.delete(volume, forged));
        assertRefused(FailureReason.SNAPSHOT_CHANGED, "b.raw", () -> snapshots.revert(volume, forged));
        assertThat(other.path()).exists();
    }

    /// Of another VM, say, that nobody told us of.
    @Test
    default void aVolumeThatAnyQemuHasIsNotReverted() throws Exception {
        Volume volume = created("a");
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("before"));
        snapshots.take(volume, member);
        write(volume, 1);
        String written = content(volume);
        Process other = TestVolumes.held(volume);
        try {
            assertRefused(FailureReason.VOLUME_IN_USE, "lock", () -> snapshots.revert(volume, member));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(content(volume)).isEqualTo(written);
    }
}
