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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class Qcow2InternalIT implements VolumeSnapshotsContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Override
    public VolumeSnapshots over(HostTools tools) {
        return new Qcow2Internal(tools);
    }

    @Override
    public HostTools tools() {
        return TestVolumes.TOOLS;
    }

    @Override
    public Volume created(String name) {
        return new TestVolumes(folder).created(name, ImageFormat.QCOW2);
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
        TestVolumes.run("qemu-img", "snapshot", "-c", "7", volume.path().toString());
        return "7";
    }

    /// Files, snapshots, and clusters that nobody refers to.
    @Override
    public List<String> traces() {
        List<String> traces = new ArrayList<>();
        for (String name : new TestVolumes(folder).names()) {
            traces.add(name);
            if (name.endsWith("qcow2")) {
                String image = folder.resolve(name).toString();
                traces.add(TestVolumes.run("qemu-img", "snapshot", "-l", image));
                // -r would repair
                traces.add(TestVolumes.run("qemu-img", "check", image)
                        .lines()
                        .findFirst()
                        .orElse(""));
            }
        }
        return traces;
    }

    @Test
    void ourBitmapsGoWithARevertAndOthersKeepItFromHappening() {
        Volume volume = created("a");
        String path = volume.path().toString();
        String before = content(volume);
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("before"));
        snapshots.take(volume, member);
        TestVolumes.run("qemu-img", "bitmap", "--add", path, "tidemark-7b6e1c52-6a0f-4a3e-9f8e-0d8f6c1b2a3d");
        TestVolumes.run("qemu-img", "bitmap", "--add", path, "of-another-product");
        write(volume, 1);
        String written = content(volume);

        assertRefused(FailureReason.NEWER_RESTORE_POINT, "of-another-product", () -> snapshots.revert(volume, member));
        assertThat(content(volume)).isEqualTo(written);
        assertThat(TestVolumes.run("qemu-img", "info", path)).contains("tidemark-7b6e1c52");

        TestVolumes.run("qemu-img", "bitmap", "--remove", path, "of-another-product");
        snapshots.revert(volume, member);
        assertThat(content(volume)).isEqualTo(before);
        assertThat(TestVolumes.run("qemu-img", "info", path)).doesNotContain("bitmaps");
    }

    @Test
    void aNumberIsNoNameAsQcow2GivesThem() {
        Volume volume = created("a");

        assertRefused(FailureReason.NAME_UNFIT, "12", () -> over(tools()).plan(volume, new SnapshotName("12")));
    }

    @Test
    void aRawImageHasNoTable() {
        Volume volume = new TestVolumes(folder).created("a", ImageFormat.RAW);

        assertRefused(
                FailureReason.MECHANISM_UNAVAILABLE,
                "the format qcow2",
                () -> over(tools()).plan(volume, new SnapshotName("one")));
    }

    @Test
    void anImageThatAnyQemuHasIsLeftAlone() throws Exception {
        Volume volume = created("a");
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("before"));
        Process other = TestVolumes.held(volume);
        try {
            assertRefused(FailureReason.VOLUME_IN_USE, "lock", () -> snapshots.plan(volume, new SnapshotName("other")));
            assertRefused(FailureReason.VOLUME_IN_USE, "lock", () -> snapshots.take(volume, member));
            assertRefused(FailureReason.VOLUME_IN_USE, "lock", () -> snapshots.delete(volume, member));
            assertThat(snapshots.list(volume)).isEmpty();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
