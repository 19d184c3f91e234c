package io.tidemark.orchestrator.restore.rest;

import io.tidemark.orchestrator.restore.Restore;
import io.tidemark.orchestrator.restore.RestoreOrder;
import io.tidemark.orchestrator.restore.RestoreState.Cancelling;
import io.tidemark.orchestrator.restore.RestoreState.Dispatched;
import io.tidemark.orchestrator.restore.RestoreState.Failed;
import io.tidemark.orchestrator.restore.RestoreState.Succeeded;
import io.tidemark.orchestrator.restore.RestoreState.Waiting;
import io.tidemark.orchestrator.restore.RestoreState.Writing;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A restore as a person reads it.
///
/// @param state waiting, dispatched, writing, cancelling, succeeded or failed
/// @param waitsFor what a waiting one waits for
public record RestoreView(
        TaskId id,
        RestorePointId point,
        VmId vm,
        RepositoryId repository,
        HostId host,
        List<RestoreTarget> disks,
        @Nullable NewDomain newDomain,
        String state,
        @Nullable String waitsFor,
        long bytesWritten,
        long bytesTotal,
        @Nullable FailureReason reason,
        @Nullable String detail,
        Instant createdAt,
        Instant deadlineAt,
        @Nullable Instant endedAt) {
    static RestoreView of(Restore restore) {
        RestoreOrder order = restore.order();
        return new RestoreView(
                restore.id(),
                order.point(),
                order.vm(),
                order.repository(),
                order.host(),
                order.disks(),
                order.newDomain(),
                restore.state().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                restore.state() instanceof Waiting ? "waits for host " + order.host() + " to connect" : null,
                bytesWritten(restore),
                restore.bytesTotal(),
                restore.state() instanceof Failed failed ? failed.reason() : null,
                restore.detail(),
                restore.createdAt(),
                restore.deadlineAt(),
                restore.endedAt());
    }

    private static long bytesWritten(Restore restore) {
        return switch (restore.state()) {
            case Writing writing -> writing.bytesWritten();
            case Succeeded succeeded -> succeeded.bytesWritten();
            case Waiting _, Dispatched _, Cancelling _, Failed _ -> 0;
        };
    }
}
