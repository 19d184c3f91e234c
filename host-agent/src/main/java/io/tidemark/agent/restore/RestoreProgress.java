package io.tidemark.agent.restore;

import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreProgressed;
import io.tidemark.schemas.id.TaskId;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Says at most once a second how far a restore is. Each byte of data counts twice: written, and read back. Used by
/// the restore's own thread alone; its fields are what moves.
final class RestoreProgress {
    private static final long EVERY_MILLIS = 1000;

    private final TaskId task;
    private final long dataBytes;
    private final LongSupplier clockMillis;
    private final Consumer<AgentEvent> report;
    private long doneBytes;
    private long saidAtMillis;

    RestoreProgress(TaskId task, long dataBytes, LongSupplier clockMillis, Consumer<AgentEvent> report) {
        this.task = task;
        this.dataBytes = dataBytes;
        this.clockMillis = clockMillis;
        this.report = report;
        this.saidAtMillis = clockMillis.getAsLong();
    }

    /// Bytes of data that the restore writes.
    long dataBytes() {
        return dataBytes;
    }

    void add(long bytes) {
        doneBytes += bytes;
        long now = clockMillis.getAsLong();
        if (now - saidAtMillis >= EVERY_MILLIS) {
            saidAtMillis = now;
            report.accept(new RestoreProgressed(task, doneBytes, 2 * dataBytes));
        }
    }
}
