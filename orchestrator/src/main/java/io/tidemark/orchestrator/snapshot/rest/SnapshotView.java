package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotOrder;
import io.tidemark.orchestrator.snapshot.SnapshotService;
import io.tidemark.orchestrator.snapshot.SnapshotTask;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState;
import io.tidemark.orchestrator.snapshot.Taken;
import io.tidemark.orchestrator.snapshot.listing.SnapshotCosts;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotBlocks;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A snapshot as a person reads it.
///
/// @param vm null for volumes that no VM has
/// @param host the host that was asked last
/// @param kind as it was asked for; null where that was left to the host. Each member says its own
/// @param policy the policy that wanted it; null if a person or a client did
/// @param state creating, present, reverting, deleting, deleted or failed
/// @param taken null until it was taken
/// @param members one a volume; none until it was taken
/// @param tasks what was and is done with it, oldest first
public record SnapshotView(
        SnapshotId id,
        @Nullable VmId vm,
        @Nullable HostId host,
        SnapshotName name,
        @Nullable String description,
        @Nullable SnapshotKind kind,
        @Nullable SnapshotMechanism mechanism,
        @Nullable PolicyId policy,
        String state,
        @Nullable TakenView taken,
        List<MemberView> members,
        Instant createdAt,
        List<TaskView> tasks) {
    /// How it was taken.
    ///
    /// @param memory whether the VM's memory is kept with it
    /// @param freezeMillis how long the guest's file systems were frozen
    /// @param pauseMillis how long its vCPUs stood still
    /// @param skewMicros between the first and the last moment at which a member was taken, as they were measured
    public record TakenView(
            Instant at,
            Consistency consistency,
            boolean memory,
            long freezeMillis,
            long pauseMillis,
            long skewMicros,
            long durationMillis) {
        static TakenView of(Taken taken) {
            Taken.Figures figures = taken.figures();
            return new TakenView(
                    taken.takenAt(),
                    taken.consistency(),
                    taken.memory(),
                    figures.freezeMillis(),
                    figures.pauseMillis(),
                    figures.skewMicros(),
                    figures.durationMillis());
        }
    }

    /// One volume's part, with what its mechanism means.
    ///
    /// @param newFileIs what the new file is to the volume: `none`, `receives-writes` or `holds-snapshot`
    /// @param namespace names of snapshots are taken from one namespace by all volumes for which this is equal
    public record MemberView(
            @Nullable String target,
            String volume,
            SnapshotMechanism mechanism,
            SnapshotKind kind,
            SnapshotBlocks blocks,
            String storageName,
            @Nullable String newFile,
            SnapshotMechanism.NewFile newFileIs,
            String namespace,
            String costOfKeeping,
            String costOfDropping) {
        static MemberView of(SnapshotMember member) {
            SnapshotMechanism by = member.mechanism();
            return new MemberView(
                    member.target(),
                    member.volume(),
                    by,
                    by.kind(),
                    by.blocks(),
                    member.storageName(),
                    member.newFile(),
                    by.newFile(),
                    member.namespace(),
                    SnapshotCosts.ofKeeping(by),
                    SnapshotCosts.ofDropping(by));
        }
    }

    /// One thing that was or is done with it.
    ///
    /// @param state waiting, dispatched, succeeded, failed, or done-late: done although it was told to have failed
    /// @param waitsFor what a waiting one waits for
    public record TaskView(
            TaskId id,
            SnapshotAction action,
            boolean force,
            String state,
            @Nullable String waitsFor,
            @Nullable FailureReason reason,
            @Nullable String detail,
            Instant createdAt,
            Instant deadlineAt,
            @Nullable Instant endedAt) {}

    static SnapshotView of(SnapshotService.Story story, SnapshotService service) {
        Snapshot snapshot = story.snapshot();
        SnapshotOrder order = snapshot.order();
        return new SnapshotView(
                snapshot.id(),
                snapshot.vm(),
                snapshot.host(),
                order.name(),
                order.description(),
                order.kind(),
                order.mechanism(),
                order.policy(),
                snapshot.state().code(),
                snapshot.taken() == null ? null : TakenView.of(snapshot.taken()),
                snapshot.members().stream().map(MemberView::of).toList(),
                snapshot.createdAt(),
                story.tasks().stream()
                        .map(task -> task(task, service.waitsFor(snapshot, task)))
                        .toList());
    }

    private static TaskView task(SnapshotTask task, @Nullable String waitsFor) {
        return new TaskView(
                task.id(),
                task.action(),
                task.force(),
                code(task.state()),
                waitsFor,
                reason(task.state()),
                task.detail(),
                task.times().createdAt(),
                task.times().deadlineAt(),
                task.times().endedAt());
    }

    private static String code(SnapshotTaskState state) {
        return switch (state) {
            case SnapshotTaskState.Waiting _ -> "waiting";
            case SnapshotTaskState.Dispatched _ -> "dispatched";
            case SnapshotTaskState.Succeeded _ -> "succeeded";
            case SnapshotTaskState.Failed _ -> "failed";
            case SnapshotTaskState.DoneLate _ -> "done-late";
        };
    }

    private static @Nullable FailureReason reason(SnapshotTaskState state) {
        return switch (state) {
            case SnapshotTaskState.Failed failed -> failed.reason();
            case SnapshotTaskState.DoneLate late -> late.reason();
            case SnapshotTaskState.Waiting _, SnapshotTaskState.Dispatched _, SnapshotTaskState.Succeeded _ -> null;
        };
    }
}
