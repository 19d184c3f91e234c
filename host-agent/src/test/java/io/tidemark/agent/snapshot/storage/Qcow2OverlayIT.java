package io.tidemark.agent.snapshot.storage;

import static io.tidemark.agent.snapshot.storage.VolumeSnapshotsContract.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class Qcow2OverlayIT implements VolumeSnapshotsContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Override
    public VolumeSnapshots over(HostTools tools) {
        return new Qcow2Overlay(tools);
    }

    @Override
    public HostTools tools() {
        return TestVolumes.TOOLS;
    }

    @Override
    public Volume created(String name) {
        return new TestVolumes(folder).created(name, ImageFormat.RAW);
    }

    @Override
    public void write(Volume volume, int seed) {
        TestVolumes.write(volume, seed);
    }

    @Override
    public String content(Volume volume) {
        return TestVolumes.content(volume);
    }

    @Override
    public String takenBySomebodyElse(Volume volume) {
        overlay(volume.path(), "raw", "theirs");
        return "theirs";
    }

    private void overlay(Path base, String format, String name) {
        TestVolumes.run(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                format,
                "-b",
                base.toString(),
                folder.resolve(name).toString());
    }

    @Override
    public List<String> traces() {
        return new TestVolumes(folder).names();
    }

    @Override
    public Volume after(Volume volume, SnapshotMember taken) {
        return new Volume(null, Path.of(requireNonNull(taken.newFile())), ImageFormat.QCOW2, false);
    }

    @Override
    public Volume afterDelete(Volume volume, SnapshotMember deleted) {
        return new Volume(null, Path.of(deleted.volume()), ImageFormat.RAW, false);
    }

    @Override
    public boolean isRevertedPastNewer() {
        return false;
    }

    private SnapshotMember taken(Volume volume, String name) {
        SnapshotMember member = over(tools()).plan(volume, new SnapshotName(name));
        over(tools()).take(volume, member);
        return member;
    }

    @Test
    void nothingIsMergedIntoAnImageThatOthersStandOn() {
        Volume volume = created("a");
        SnapshotMember member = taken(volume, "mine");
        Volume now = after(volume, member);
        write(now, 1);
        overlay(volume.path(), "raw", "clone");
        var clone = new Volume(null, folder.resolve("clone"), ImageFormat.QCOW2, false);
        String held = content(clone);

        assertThat(over(tools()).list(now).getFirst().hangsOnIt())
                .singleElement()
                .asString()
                .contains("clone");
        assertRefused(
                FailureReason.SNAPSHOT_NEEDED, "clone", () -> over(tools()).delete(now, member));
        assertThat(content(clone)).isEqualTo(held);
    }

    @Test
    void anImageThatSomethingStandsOnGetsNoOtherOverlay() {
        Volume volume = created("a");
        taken(volume, "first");

        assertThat(over(tools()).whyNot(volume))
                .hasValueSatisfying(why -> assertThat(why).contains("@first."));
    }

    /// What the image below holds by then is not the snapshot any more.
    @Test
    void aMergeThatWasBegunCanOnlyBeEnded() {
        Volume volume = created("a");
        SnapshotMember member = taken(volume, "half");
        Volume now = after(volume, member);
        write(now, 2);
        String written = content(now);
        TestVolumes.run("qemu-img", "commit", "-q", "-d", now.path().toString());
        TestVolumes.run("touch", now.path() + ".merging");

        assertRefused(
                FailureReason.SNAPSHOT_CHANGED, "merge", () -> over(tools()).revert(now, member));
        assertThat(over(tools()).list(now).getFirst().hangsOnIt())
                .singleElement()
                .asString()
                .contains("merge");

        over(tools()).delete(now, member);
        assertThat(content(volume)).isEqualTo(written);
        assertThat(traces()).containsExactly("", "a.raw");
    }

    @Test
    void anOverlayThatAnyQemuHasIsNeitherRevertedNorMerged() throws Exception {
        Volume volume = created("a");
        SnapshotMember member = taken(volume, "before");
        Volume now = after(volume, member);
        write(now, 1);
        String written = content(now);
        Process other = TestVolumes.held(now);
        try {
            assertRefused(
                    FailureReason.VOLUME_IN_USE, "lock", () -> over(tools()).revert(now, member));
            assertRefused(
                    FailureReason.VOLUME_IN_USE, "lock", () -> over(tools()).delete(now, member));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(content(now)).isEqualTo(written);
        assertThat(traces()).noneMatch(name -> name.contains("merging"));
    }

    /// Cut off at each call, also between the merge and the new name of what the newer one stands on.
    @Test
    void aMergeThatIsCutOffChangesNothingForTheOverlayAbove() {
        int calls = 0;
        boolean isCutOff = true;
        while (isCutOff) {
            Volume volume = created("a" + calls);
            SnapshotMember older = taken(volume, "older");
            Volume middle = after(volume, older);
            write(middle, 1);
            SnapshotMember newer = taken(middle, "newer");
            Volume now = after(middle, newer);
            write(now, 2);
            String written = content(now);
            calls++;
            isCutOff = isCutOff(calls, true, dying -> dying.delete(now, older));
            assertThat(content(now)).as("after death " + calls).isEqualTo(written);
            over(tools()).delete(now, older);
            assertThat(content(now)).as("after death " + calls).isEqualTo(written);
            assertThat(middle.path()).doesNotExist();
        }
        assertThat(calls).isBetween(2, CALLS_MAX);
    }
}
