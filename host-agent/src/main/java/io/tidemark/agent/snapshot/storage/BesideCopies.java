package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.storage.VolumeFile.Found;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Snapshots that are a second file beside the volume's, which shares its blocks or has copies of them. A file has
/// its name only once it is complete, so what was cut off is begun anew. A copy that still runs for an agent that
/// died writes to a file that has no name any more.
final class BesideCopies {
    private static final String CUT_OFF = "nothing: it was cut off as it was taken, and can only be deleted";

    private final SnapshotMechanism mechanism;
    private final HostCommands commands;
    private final boolean isShared;

    BesideCopies(SnapshotMechanism mechanism, HostCommands commands) {
        this.mechanism = mechanism;
        this.commands = commands;
        this.isShared = mechanism == SnapshotMechanism.REFLINK;
    }

    private VolumeFile file(Volume volume) {
        return VolumeFile.of(volume, mechanism.code());
    }

    SnapshotMember plan(Volume volume, SnapshotName name) {
        return file(volume).planned(volume, mechanism, name);
    }

    void take(Volume volume, SnapshotMember planned) {
        VolumeFile file = file(volume);
        Path snapshot = file.snapshot(planned);
        Path partial = VolumeFile.partial(snapshot);
        if (!Files.exists(snapshot, LinkOption.NOFOLLOW_LINKS)) {
            commands.remove(partial);
            commands.copy(file.path(), partial, isShared);
            commands.giveAttributes(file.path(), partial);
            commands.nameOnce(partial, snapshot);
        }
        commands.remove(partial);
        commands.sync(file.folder());
    }

    /// @param keptBytes of a complete one
    List<SnapshotReport> list(Volume volume, Function<Path, @Nullable Long> keptBytes) {
        return file(volume).found().stream()
                .map(found -> report(found, keptBytes))
                .toList();
    }

    private SnapshotReport report(Found found, Function<Path, @Nullable Long> keptBytes) {
        return new SnapshotReport(
                mechanism,
                found.name().value(),
                found.bornAt(),
                found.file().toString(),
                keptBytes.apply(found.file()),
                found.isComplete() ? List.of() : List.of(CUT_OFF));
    }

    void revert(Volume volume, SnapshotMember member) {
        Path snapshot = existing(volume, member);
        commands.requireFree(volume);
        putInPlace(commands, file(volume), snapshot, isShared);
    }

    /// The snapshot's file; `snapshot-changed` if there is none.
    Path existing(Volume volume, SnapshotMember member) {
        Path snapshot = file(volume).snapshot(member);
        VolumeFile.requireThere(member, snapshot);
        return snapshot;
    }

    /// Has the volume hold what another file holds, all or nothing: under its name there is never anything else.
    static void putInPlace(HostCommands commands, VolumeFile file, Path source, boolean isShared) {
        Path replacement = file.replacement();
        commands.remove(replacement);
        commands.copy(source, replacement, isShared);
        commands.replace(replacement, file.path());
    }

    void delete(Volume volume, SnapshotMember member) {
        VolumeFile file = file(volume);
        Path snapshot = file.snapshot(member);
        commands.remove(file.replacement());
        commands.remove(VolumeFile.partial(snapshot));
        commands.remove(snapshot);
        commands.sync(file.folder());
    }
}
