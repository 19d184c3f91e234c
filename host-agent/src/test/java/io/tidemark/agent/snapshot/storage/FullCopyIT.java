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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FullCopyIT implements BesideCopiesContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public VolumeSnapshots over(HostTools tools) {
        return new FullCopy(tools);
    }

    @Test
    void holesStayHoles() {
        Volume volume = created("a");
        TestVolumes.run("truncate", "-s", "1G", volume.path().toString());
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("sparse"));

        snapshots.take(volume, member);

        Path copy = Path.of(requireNonNull(member.newFile()));
        assertThat(copy.toFile().length()).isEqualTo(1L << 30);
        assertThat(snapshots.list(volume).getFirst().keptBytes()).isBetween(1L, 4L << 20);
    }

    /// On a file system of its own that the volume fills by more than half.
    @Test
    void withoutRoomNothingIsBegun() throws IOException {
        Path small = Files.createDirectory(folder.resolve("small"));
        TestVolumes.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString());
        try {
            Path image = Files.write(small.resolve("a.raw"), new byte[3 << 20]);
            var volume = new Volume(null, image, ImageFormat.RAW, false);

            assertRefused(
                    FailureReason.NO_SPACE,
                    "3145728 bytes free",
                    () -> over(tools()).plan(volume, new SnapshotName("one")));
            assertThat(new TestVolumes(small).names()).containsExactly("", "a.raw");
        } finally {
            TestVolumes.run("umount", small.toString());
        }
    }

    @Test
    void aDeviceIsNotCopied() {
        var volume = new Volume(null, Path.of("/dev/zero"), ImageFormat.RAW, false);

        assertRefused(
                FailureReason.MECHANISM_UNAVAILABLE,
                "expected a file",
                () -> over(tools()).plan(volume, new SnapshotName("one")));
    }
}
