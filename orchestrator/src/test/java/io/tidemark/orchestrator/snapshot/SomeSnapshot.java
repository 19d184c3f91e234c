package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.snapshot.Taken.Figures;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Snapshots for tests, each of one disk `vda` of one VM.
public final class SomeSnapshot {
    public static final VmId VM = new VmId(new UUID(1, 1));
    public static final Instant TAKEN = Instant.parse("2026-01-02T03:04:05Z");

    private SomeSnapshot() {}

    public static SnapshotOrder order(String name, VolumeOrder... volumes) {
        return new SnapshotOrder(new SnapshotName(name), null, null, null, List.of(volumes), true, false, null);
    }

    public static Snapshot of(int number, String name, SnapshotState state) {
        return new Snapshot(
                new SnapshotId(new UUID(2, number)), VM, null, order(name), state, taken(name, state), TAKEN);
    }

    private static @Nullable Taken taken(String name, SnapshotState state) {
        return switch (state) {
            case CREATING, FAILED -> null;
            case PRESENT, REVERTING, DELETING, DELETED ->
                new Taken(TAKEN, Consistency.CRASH, false, new Figures(0, 0, 0, 20), List.of(member(name)));
        };
    }

    public static SnapshotMember member(String name) {
        return new SnapshotMember(
                "vda",
                "/images/web.qcow2",
                SnapshotMechanism.QCOW2_OVERLAY,
                name,
                "/images/web." + name,
                "qcow2:/images/web.qcow2");
    }
}
