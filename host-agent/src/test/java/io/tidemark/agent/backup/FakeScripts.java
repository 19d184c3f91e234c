package io.tidemark.agent.backup;

import io.tidemark.agent.script.ScriptOrder;
import io.tidemark.agent.script.Scripts;
import io.tidemark.schemas.id.RestorePointId;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Scripts that write down that they were run, among the calls of the hypervisor, and fail when a test says so.
final class FakeScripts implements Scripts {
    private final List<String> calls;
    final List<ScriptOrder> orders = new ArrayList<>();
    final List<RestorePointId> due = new ArrayList<>();
    // not final: tests set them
    Runnable refusal = () -> {};
    Runnable preFreeze = () -> {};
    boolean isPostThawBroken;

    FakeScripts(List<String> calls) {
        this.calls = calls;
    }

    @Override
    public void preFreeze(ScriptOrder order, Consumer<Closeable> running) {
        refusal.run();
        orders.add(order);
        due.add(order.point());
        calls.add("pre-freeze");
        running.accept(() -> calls.add("kill"));
        preFreeze.run();
    }

    @Override
    public PostThaw postThaw(RestorePointId point, Result result) {
        if (!due.remove(point)) {
            return PostThaw.NOT_DUE;
        }
        calls.add("post-thaw " + result.name().toLowerCase(Locale.ROOT));
        return isPostThawBroken ? PostThaw.FAILED : PostThaw.DONE;
    }

    @Override
    public List<RestorePointId> due() {
        return List.copyOf(due);
    }
}
