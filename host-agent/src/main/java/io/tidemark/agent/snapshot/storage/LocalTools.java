package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs the programs of this host.
public final class LocalTools implements HostTools {
    private static final int OUTPUT_BYTES_MAX = 16 << 20;

    @Override
    public Answer run(Duration limit, List<String> command) {
        Process process;
        try {
            process = started(command);
        } catch (IOException notStarted) {
            return new Answer(NOT_FOUND, "", String.valueOf(notStarted.getMessage()));
        }
        try {
            FutureTask<String> output = read(process.getInputStream());
            FutureTask<String> errors = read(process.getErrorStream());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SnapshotException(
                        FailureReason.TIMED_OUT,
                        command + ": expected it to end within " + limit + ", found it running");
            }
            return new Answer(process.exitValue(), output.get(), errors.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SnapshotException(FailureReason.CANCELLED, command + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new SnapshotException(FailureReason.INTERNAL, command + ": " + e.getMessage(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process started(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /// Both are read at once, as a program waits for its reader.
    private static FutureTask<String> read(InputStream stream) {
        var reading = new FutureTask<>(() -> {
            byte[] bytes = stream.readNBytes(OUTPUT_BYTES_MAX + 1);
            if (bytes.length > OUTPUT_BYTES_MAX) {
                throw new IOException("expected at most " + OUTPUT_BYTES_MAX + " bytes of output, found more");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        });
        Thread.ofVirtual().name("tool-output").start(reading);
        return reading;
    }
}
