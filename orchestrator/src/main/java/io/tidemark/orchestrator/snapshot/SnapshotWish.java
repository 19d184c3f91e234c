package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A snapshot that somebody wants, before it is held against what is there.
///
/// @param of what it is to be of
/// @param name null for one after the snapshot's id
/// @param kind null for what suits each volume, as is the mechanism
/// @param mechanisms of single disks, by target, or volumes, by path; the others take `mechanism`
/// @param deadline null for the usual one
/// @param policy the one that wants it; null if a person or a client does
public record SnapshotWish(
        Subject of,
        @Nullable SnapshotName name,
        @Nullable String description,
        @Nullable SnapshotKind kind,
        @Nullable SnapshotMechanism mechanism,
        Map<String, SnapshotMechanism> mechanisms,
        boolean quiesce,
        boolean memory,
        @Nullable Duration deadline,
        @Nullable PolicyId policy) {
    public SnapshotWish {
        mechanisms = Map.copyOf(mechanisms);
    }

    /// What a snapshot is of.
    public sealed interface Subject {}

    /// A VM, by its id or by its name.
    ///
    /// @param disks targets; null for all
    public record OfVm(
            @Nullable VmId vm,
            @Nullable String vmName,
            @Nullable List<String> disks) implements Subject {
        public OfVm {
            disks = disks == null ? null : List.copyOf(disks);
        }
    }

    /// Volumes that no VM has.
    ///
    /// @param paths absolute ones, or POOL/VOLUME
    public record OfVolumes(HostId host, List<String> paths) implements Subject {
        public OfVolumes {
            paths = List.copyOf(paths);
        }
    }
}
