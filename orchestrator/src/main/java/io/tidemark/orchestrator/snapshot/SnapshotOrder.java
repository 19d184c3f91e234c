package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a snapshot was asked to be.
///
/// @param kind null for what suits each volume, as is the mechanism
/// @param volumes empty for all disks of the VM
/// @param quiesce whether the guest's file systems are to be frozen
/// @param memory whether the VM's memory is to be kept with it
/// @param policy the one that wanted it; null if a person or a client did
public record SnapshotOrder(
        SnapshotName name,
        @Nullable String description,
        @Nullable SnapshotKind kind,
        @Nullable SnapshotMechanism mechanism,
        List<VolumeOrder> volumes,
        boolean quiesce,
        boolean memory,
        @Nullable PolicyId policy) {
    public SnapshotOrder {
        volumes = List.copyOf(volumes);
    }
}
