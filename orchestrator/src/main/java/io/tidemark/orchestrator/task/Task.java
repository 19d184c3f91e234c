package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One VM in one run, as a reader sees it.
///
/// @param tracker whose line of backups its point is in
/// @param level what was asked for; what became of it its point says
/// @param host where it was sent last; null while it was never sent
/// @param waitsFor what a person reads beside a waiting task; null when it does not wait
/// @param detail what the agent said of a failure
public record Task(
        TaskId id,
        RunId run,
        VmId vm,
        RepositoryId repository,
        TrackerId tracker,
        BackupLevel level,
        @Nullable HostId host,
        TaskState state,
        long bytesCopied,
        long bytesTotal,
        @Nullable String waitsFor,
        @Nullable String detail,
        Instant createdAt,
        Instant deadlineAt,
        @Nullable Instant endedAt,
        @Nullable String correlation) {}
