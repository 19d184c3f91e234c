package io.tidemark.agent.snapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.demo.LoopFileSystem;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ReflinkOnXfsIT implements BesideCopiesContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path below;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LoopFileSystem fileSystem;

    @BeforeEach
    void mount() throws IOException {
        fileSystem = LoopFileSystem.mounted(below.resolve("volumes"), type(), 512L << 20);
    }

    LoopFileSystem.Type type() {
        return LoopFileSystem.Type.XFS;
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.close();
    }

    @Override
    public Path folder() {
        return fileSystem.root();
    }

    @Override
    public VolumeSnapshots over(HostTools tools) {
        return new Reflink(tools);
    }

    /// A block that is written anew is the snapshot's own from then on.
    @Test
    void whatASnapshotKeepsIsWhatWasWrittenSince() {
        Volume volume = created("a");
        VolumeSnapshots snapshots = over(tools());
        SnapshotMember member = snapshots.plan(volume, new SnapshotName("kept"));
        snapshots.take(volume, member);
        assertThat(snapshots.list(volume).getFirst().keptBytes()).isZero();

        write(volume, "a".hashCode());
        TestVolumes.run("sync", "-f", volume.path().toString());

        // the same blocks as when it was created: 6 of 64 KiB, of which some may be one
        assertThat(snapshots.list(volume).getFirst().keptBytes()).isBetween(64L << 10, (6 * 64L) << 10);
    }
}
