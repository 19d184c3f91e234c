package io.tidemark.system.epochs;

import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.guard.Guards;
import io.tidemark.agent.script.ScriptOrder;
import io.tidemark.agent.script.Scripts;
import io.tidemark.schemas.id.RestorePointId;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Guards and scripts that have nothing to do, as no guest is frozen and no agent dies here.
final class NobodyBeside {
    static final Guards GUARDS = (_, _) -> new Idle();

    static final Scripts SCRIPTS = new Scripts() {
        @Override
        public void preFreeze(ScriptOrder order, Consumer<Closeable> running) {
            throw new UnsupportedOperationException("no scripts are asked for here");
        }

        @Override
        public PostThaw postThaw(RestorePointId point, Result result) {
            return PostThaw.NOT_DUE;
        }

        @Override
        public List<RestorePointId> due() {
            return List.of();
        }
    };

    private NobodyBeside() {}

    private static final class Idle implements GuardLink {
        private final CompletableFuture<String> never = new CompletableFuture<>();

        @Override
        public void frozen(Duration thawWithin) {}

        @Override
        public void paused(Duration resumeWithin) {}

        @Override
        public void resumed() {}

        @Override
        public void job(long scratchLimitBytes, boolean mayBeFrozen) {}

        @Override
        public CompletionStage<String> steppedIn() {
            return never;
        }

        @Override
        public void done() {}

        @Override
        public void close() {}
    }
}
