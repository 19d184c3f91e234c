package io.tidemark.agent.script;

import io.tidemark.schemas.id.RestorePointId;
import java.io.Closeable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The scripts in a folder of the host: those of a set are `<folder>/<set>/pre-freeze` and
/// `<folder>/<set>/post-thaw`. Both have to be there, as what one begins the other ends.
public final class HostScripts implements Scripts {
    private static final Logger LOG = Logger.getLogger(HostScripts.class);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Optional<Path> folder;
    private final DueScripts due;
    private final Duration limit;

    /// @param folder of sets; empty if the host has none
    /// @param memory a folder of the agent's own, where it remembers whose `post-thaw` is due
    /// @param limit how long one script may take
    public HostScripts(Optional<Path> folder, Path memory, Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("limit of scripts: expected it above zero, found " + limit);
        }
        this.folder = folder;
        this.due = new DueScripts(memory);
        this.limit = limit;
    }

    @Override
    public void preFreeze(ScriptOrder order, Consumer<Closeable> running) {
        ScriptSet set = set(order);
        due.add(order);
        new ScriptRun(set.preFreeze(), variables(order, Map.of(ScriptRun.PHASE, "pre-freeze")), limit).await(running);
    }

    private ScriptSet set(ScriptOrder order) {
        return ScriptSet.of(
                folder.orElseThrow(
                        () -> new ScriptException("scripts: expected tidemark.scripts.folder to be set for \""
                                + order.set() + "\", found it unset on this host")),
                order.set());
    }

    private static Map<String, String> variables(ScriptOrder order, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(more);
        all.put("PATH", PATH);
        all.put("TIDEMARK_VM_UUID", order.domain().toString());
        all.put("TIDEMARK_VM_NAME", order.vmName());
        all.put(ScriptRun.POINT, order.point().toString());
        return all;
    }

    @Override
    public PostThaw postThaw(RestorePointId point, Result result) {
        if (Thread.currentThread().isInterrupted()) { // the agent stops: its next start runs it
            return PostThaw.FAILED;
        }
        try {
            Optional<ScriptOrder> order = due.of(point);
            if (order.isEmpty()) {
                return PostThaw.NOT_DUE;
            }
            PostThaw ended = ended(order.get(), result);
            if (!Thread.currentThread().isInterrupted()) { // an agent that stops has cut it off, and runs it again
                due.remove(point);
            }
            return ended;
        } catch (UncheckedIOException unknown) {
            LOG.warnf(unknown, "post-thaw of restorePointId=%s is put off: %s", point, unknown.getMessage());
            return PostThaw.FAILED;
        }
    }

    private PostThaw ended(ScriptOrder order, Result result) {
        if (result == Result.INTERRUPTED) {
            endEarlier(order.point());
        }
        Map<String, String> more = Map.of(
                ScriptRun.PHASE, "post-thaw", "TIDEMARK_RESULT", result.name().toLowerCase(Locale.ROOT));
        try {
            new ScriptRun(set(order).postThaw(), variables(order, more), limit).await(_ -> {});
            return PostThaw.DONE;
        } catch (ScriptException failed) {
            LOG.warnf(
                    "post-thaw of set %s failed: %s restorePointId=%s",
                    order.set(), failed.getMessage(), order.point());
            return PostThaw.FAILED;
        }
    }

    /// A script of an agent that died would go on beside this one.
    private static void endEarlier(RestorePointId point) {
        int killed = ScriptProcesses.kill(Map.of(ScriptRun.POINT, point.toString()));
        if (killed > 0) {
            LOG.warnf("%d processes of an earlier agent's scripts are killed: restorePointId=%s", killed, point);
        }
    }

    @Override
    public List<RestorePointId> due() {
        return due.all();
    }
}
