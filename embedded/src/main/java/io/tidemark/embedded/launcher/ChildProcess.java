package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of ours as a child process. Its output goes to one log file. It has a session of its own, so that the
/// interrupt of a terminal reaches its parent only, which stops its children in their order: whoever starts one
/// closes it. A parent that is killed leaves it.
public final class ChildProcess implements AutoCloseable {
    /// How long a child may take from the request to end until it is ended by force.
    private static final Duration ORDERLY_STOP_MAX = Duration.ofSeconds(20);
    private static final int LOG_LINES_SHOWN = 15;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /// Starts the command; its log file is continued. `setsid` becomes the command, under the same process id, as
    /// what was just forked leads no process group.
    public static ChildProcess start(String name, List<String> command, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        List<String> whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // glibc keeps an arena of native memory for each of many threads unless it is told not to
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return new ChildProcess(name, builder.start(), log);
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the end, at most `limit`; false if it still runs.
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Fails if the child has ended, with the end of its log.
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + ": expected it to run, found it ended with exit code " + process.exitValue()
                    + "; the end of " + log + ":\n" + tail());
        }
    }

    String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    /// Ends it as `kill -9` does, for tests of what a crash leaves.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// Asks it to end, and ends it by force after 20 s.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ORDERLY_STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
