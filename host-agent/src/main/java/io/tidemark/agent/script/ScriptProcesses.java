package io.tidemark.agent.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The processes of a script: those that descend from it, and those that have left it but inherited its variables,
/// as `/proc/PID/environ` shows (proc(5)). Only one that has done both, or has become another user's, is not found.
final class ScriptProcesses {
    private static final int ROUNDS_MAX = 50;
    private static final int ROUND_MILLIS = 20;

    private ScriptProcesses() {}

    /// Kills the script's process and all of its processes, also those that are begun meanwhile; answers how many.
    static int kill(ProcessHandle script, Map<String, String> variables) {
        Set<ProcessHandle> killed = new HashSet<>();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            Set<ProcessHandle> found = new HashSet<>(having(variables));
            script.descendants().forEach(found::add);
            if (script.isAlive()) {
                found.add(script);
            }
            if (found.isEmpty() || !isRoundOver(found, killed)) {
                break;
            }
        }
        return killed.size();
    }

    /// Kills all processes that have the variables, whoever began them; answers how many.
    static int kill(Map<String, String> variables) {
        Set<ProcessHandle> killed = new HashSet<>();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            Set<ProcessHandle> found = having(variables);
            if (found.isEmpty() || !isRoundOver(found, killed)) {
                break;
            }
        }
        return killed.size();
    }

    private static boolean isRoundOver(Set<ProcessHandle> found, Set<ProcessHandle> killed) {
        found.forEach(ProcessHandle::destroyForcibly);
        killed.addAll(found);
        try {
            new CountDownLatch(1).await(ROUND_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Set<ProcessHandle> having(Map<String, String> variables) {
        if (variables.isEmpty()) {
            throw new IllegalArgumentException("variables of a script: expected at least one, found none");
        }
        List<String> wanted = variables.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
        Set<ProcessHandle> found = new HashSet<>();
        ProcessHandle.allProcesses()
                .filter(process -> !process.equals(ProcessHandle.current()))
                .filter(process -> environment(process).containsAll(wanted))
                .forEach(found::add);
        return found;
    }

    private static Set<String> environment(ProcessHandle process) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
            return new HashSet<>(Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\0")));
        } catch (IOException goneOrOfAnotherUser) {
            return Set.of();
        }
    }
}
