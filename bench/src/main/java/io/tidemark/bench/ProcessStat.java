package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What Linux says about the processor time and the memory of a process. Source: proc(5), `/proc/pid/stat` and
/// `/proc/pid/status`.
public final class ProcessStat {
    /// `USER_HZ`, which is 100 on every architecture that Tidemark runs on.
    private static final double TICKS_PER_SECOND = 100;
    /// Fields are counted from the one after the program's name, which is the third of proc(5).
    private static final int OWN_USER = 11;
    private static final int ENDED_CHILDREN_USER = 13;

    private static final String ANONYMOUS = "RssAnon:";

    private ProcessStat() {}

    /// Core-seconds of the process, of its living descendants, and of those descendants that have ended and were
    /// waited for.
    static double coreSecondsOfTree(long pid) throws IOException {
        double sum = ofFields(pid, List.of(OWN_USER, ENDED_CHILDREN_USER));
        for (ProcessHandle child : descendants(pid)) {
            try {
                sum += ofFields(child.pid(), List.of(OWN_USER, ENDED_CHILDREN_USER));
            } catch (IOException ended) {
                // between the listing and the look; its parent counts it from now on
            }
        }
        return sum;
    }

    /// Core-seconds of the process alone.
    public static double coreSeconds(long pid) throws IOException {
        return ofFields(pid, List.of(OWN_USER));
    }

    /// Core-seconds of all children of this JVM that have ended.
    public static double coreSecondsOfEndedChildren() throws IOException {
        return ofFields(ProcessHandle.current().pid(), List.of(ENDED_CHILDREN_USER));
    }

    static List<ProcessHandle> descendants(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::descendants).stream()
                .flatMap(each -> each)
                .toList();
    }

    /// Anonymous memory of the process now, in bytes; 0 once it has ended.
    static long anonymousBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(ANONYMOUS)) {
                String kibibytes =
                        line.substring(ANONYMOUS.length()).replace("kB", "").strip();
                return Long.parseLong(kibibytes) * 1024;
            }
        }
        return 0;
    }

    /// User and system time of the pairs that begin at the fields.
    private static double ofFields(long pid, List<Integer> pairs) throws IOException {
        String text = Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
        long ticks = 0;
        for (int user : pairs) {
            ticks += Long.parseLong(fields.get(user)) + Long.parseLong(fields.get(user + 1));
        }
        return ticks / TICKS_PER_SECOND;
    }
}
