package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Snapshots that are whole second files, `FILE@NAME.full-copy`, with the volume's holes. A revert puts a whole
/// copy of the copy in the volume's place.
public final class FullCopy implements VolumeSnapshots {
    private final HostCommands commands;
    private final BesideCopies copies;

    public FullCopy(HostTools tools) {
        this.commands = new HostCommands(tools);
        this.copies = new BesideCopies(SnapshotMechanism.FULL_COPY, commands);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.FULL_COPY;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return VolumeFile.whyNoFile(volume);
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        Mechanisms.require(volume, mechanism(), whyNot(volume));
        SnapshotMember planned = copies.plan(volume, name);
        requireRoom(volume, volume.path());
        return planned;
    }

    private void requireRoom(Volume volume, Path source) {
        long needed = commands.allocatedBytes(source);
        long free = freeBytes(source);
        if (free < needed) {
            throw new SnapshotException(
                    FailureReason.NO_SPACE,
                    "copy of " + source + " for " + volume + ": expected " + needed + " bytes free in "
                            + HostCommands.folder(source) + ", found " + free);
        }
    }

    private static long freeBytes(Path path) {
        try {
            return Files.getFileStore(path).getUsableSpace();
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "file system of " + path + ": " + e, e);
        }
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        copies.take(volume, planned);
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return copies.list(volume, commands::allocatedBytes);
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        requireRoom(volume, copies.existing(volume, member));
        copies.revert(volume, member);
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        copies.delete(volume, member);
    }
}
