package io.tidemark.agent.snapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.demo.LoopFileSystem;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Volumes in a folder of a subvolume; the contract on the file system's own top level is `BtrfsTopLevelIT`.
@Timeout(300)
class BtrfsIT implements VolumeSnapshotsContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path below;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LoopFileSystem fileSystem;

    @BeforeEach
    void mount() throws IOException {
        fileSystem = LoopFileSystem.mounted(below.resolve("btrfs"), LoopFileSystem.Type.BTRFS, 512L << 20);
        if (!subvolume().equals(fileSystem.root())) {
            TestVolumes.run("btrfs", "subvolume", "create", subvolume().toString());
        }
        Files.createDirectory(subvolume().resolve("images"));
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.close();
    }

    final LoopFileSystem fileSystem() {
        return fileSystem;
    }

    Path subvolume() {
        return fileSystem.root().resolve("vms");
    }

    @Override
    public VolumeSnapshots over(HostTools tools) {
        return new Btrfs(tools);
    }

    @Override
    public HostTools tools() {
        return TestVolumes.TOOLS;
    }

    @Override
    public Volume created(String name) {
        return new TestVolumes(subvolume().resolve("images")).created(name, ImageFormat.RAW);
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
        String place = subvolume().resolve("theirs").toString();
        TestVolumes.run("btrfs", "subvolume", "snapshot", subvolume().toString(), place);
        return "theirs";
    }

    @Override
    public List<String> traces() {
        return new TestVolumes(fileSystem.root()).names();
    }

    @Override
    public boolean isNameOfOneVolume() {
        return false;
    }

    @Test
    void twoVolumesOfOneSubvolumeAreOneSnapshot() {
        Volume first = created("a");
        Volume second = created("b");
        String before = content(first);
        String other = content(second);
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember one = snapshots.plan(first, new SnapshotName("both"));
        SnapshotMember two = snapshots.plan(second, new SnapshotName("both"));
        assertThat(two.newFile()).isEqualTo(one.newFile());
        snapshots.take(first, one);
        snapshots.take(second, two);
        write(first, 1);
        write(second, 2);
        String written = content(second);

        snapshots.revert(first, one);

        assertThat(content(first)).isEqualTo(before);
        assertThat(content(second)).isEqualTo(written);
        snapshots.revert(second, two);
        assertThat(content(second)).isEqualTo(other);
        snapshots.delete(first, one);
        snapshots.delete(second, two);
        assertThat(snapshots.list(second)).isEmpty();
    }

    @Test
    void theListingNamesTheOtherVolumesAndWhatIsKept() {
        Volume volume = created("a");
        Volume other = created("b");
        VolumeSnapshots snapshots = over(tools());
        snapshots.take(volume, snapshots.plan(volume, new SnapshotName("kept")));
        write(volume, "a".hashCode());
        TestVolumes.run("sync", "-f", volume.path().toString());

        SnapshotReport report = snapshots.list(volume).getFirst();

        assertThat(report.hangsOnIt()).containsExactly("volume " + other.path());
        assertThat(report.keptBytes()).isBetween(64L << 10, (6 * 64L) << 10);
    }
}
