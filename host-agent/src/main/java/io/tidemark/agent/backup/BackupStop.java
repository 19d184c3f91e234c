package io.tidemark.agent.backup;

import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends an attempt from outside: the first who asks says why. Closes what is being read, as a read has no time
/// limit of its own, and what else waits. Safe for use by many threads.
final class BackupStop {
    private final List<Closeable> waiting = new ArrayList<>();
    private @Nullable BackupFailure asked;

    synchronized void ask(FailureReason reason, String detail) {
        if (asked == null) {
            asked = new BackupFailure(reason, detail);
            notifyAll();
            waiting.forEach(BackupStop::close);
        }
    }

    /// Throws if the attempt is to end.
    synchronized void check() {
        if (asked != null) {
            throw asked;
        }
    }

    /// Waits so long, and throws if the attempt is to end meanwhile. It may wake earlier.
    synchronized void pause(long nanos) {
        check();
        try {
            if (nanos > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    /// The reason of the stop, if one was asked for, counts for more than what broke because of it.
    synchronized BackupFailure reasonFor(Throwable failure) {
        return asked != null ? asked : BackupFailure.of(failure);
    }

    /// Has it closed when the attempt is to end; from any thread, and it must not wait for the attempt.
    synchronized void closes(Closeable source) {
        waiting.add(source);
        if (asked != null) {
            close(source);
        }
    }

    private static void close(Closeable source) {
        try {
            source.close();
        } catch (IOException alreadyBroken) {
            // its reader finds out
        }
    }
}
