package io.tidemark.agent.script;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Runs one script to its end or to its limit. It gets no arguments, no input, and no variables but those that it
/// is given: no value passes through a shell. What it leaves in the background may live on.
final class ScriptRun {
    private static final Logger LOG = Logger.getLogger(ScriptRun.class);
    static final String POINT = "TIDEMARK_RESTORE_POINT_ID";
    static final String PHASE = "TIDEMARK_PHASE";
    private static final int KILLED_WITHIN_SECONDS = 5;
    private static final int DETAIL_CHARACTERS_MAX = 200;

    private final Path script;
    private final Map<String, String> variables;
    private final Duration limit;

    /// @param variables all that the script's environment holds; [#POINT] and [#PHASE] also tell its processes from
    ///     others, as a script may change any for what it begins
    ScriptRun(Path script, Map<String, String> variables, Duration limit) {
        this.script = script;
        this.variables = variables;
        this.limit = limit;
    }

    /// Returns when it has ended with the status 0; a [ScriptException] says what else it did. When its limit is
    /// reached, or the thread is interrupted, all its processes are killed.
    ///
    /// @param running takes what kills the script if it is closed before it has ended
    void await(Consumer<Closeable> running) {
        Process process = started();
        ScriptOutput output = ScriptOutput.of(process);
        running.accept(() -> {
            if (process.isAlive()) {
                kill(process);
            }
        });
        boolean isInTime = hasEnded(process);
        String words = output.words();
        LOG.infof(
                "script %s ended with %s; it said: %s",
                script, isInTime ? "status " + process.exitValue() : "its limit", words);
        if (!isInTime) {
            throw new ScriptException("script " + script + ": expected its end within " + limit
                    + ", found it running; it said: " + last(words));
        }
        if (process.exitValue() != 0) {
            throw new ScriptException("script " + script + ": expected status 0, found " + process.exitValue()
                    + "; it said: " + last(words));
        }
    }

    private Process started() {
        ProcessBuilder builder = new ProcessBuilder(script.toString())
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        try {
            builder.environment().clear();
            builder.environment().putAll(variables);
            return builder.start();
        } catch (IOException | IllegalArgumentException refused) {
            throw new ScriptException("script " + script + ": expected to start it, found " + refused.getMessage());
        }
    }

    private boolean hasEnded(Process process) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            kill(process);
            process.waitFor(KILLED_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void kill(Process process) {
        Map<String, String> marks = new TreeMap<>(variables);
        marks.keySet().retainAll(Set.of(POINT, PHASE));
        int killed = ScriptProcesses.kill(process.toHandle(), marks);
        LOG.warnf("script %s is killed, with %d processes in all", script, killed);
    }

    private static String last(String words) {
        return words.length() <= DETAIL_CHARACTERS_MAX
                ? words
                : "... " + words.substring(words.length() - DETAIL_CHARACTERS_MAX);
    }
}
