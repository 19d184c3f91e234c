package io.tidemark.agent.backup;

import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupProgressed;
import io.tidemark.schemas.id.TaskId;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Counts what is copied and reports it, at most once a second. One thread.
final class ProgressMeter implements LongConsumer {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TaskId task;
    private final LongSupplier nanos;
    private final Consumer<AgentEvent> report;
    private final long totalBytes;
    // not final: they count
    private long copiedBytes;
    private long reportedNanos;

    ProgressMeter(TaskId task, long totalBytes, LongSupplier nanos, Consumer<AgentEvent> report) {
        this.task = task;
        this.totalBytes = totalBytes;
        this.nanos = nanos;
        this.report = report;
        this.reportedNanos = nanos.getAsLong();
    }

    @Override
    public void accept(long bytes) {
        copiedBytes += bytes;
        long now = nanos.getAsLong();
        if (now - reportedNanos >= EVERY_NANOS) {
            reportedNanos = now;
            report.accept(new BackupProgressed(task, copiedBytes, totalBytes));
        }
    }
}
