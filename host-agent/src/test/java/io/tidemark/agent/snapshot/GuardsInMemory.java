package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.ScriptedDomain;
import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.guard.Guards;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A guard that lets the guest run on when the agent is gone, and writes down what it was told.
final class GuardsInMemory implements Guards {
    private final MemoryVolumes acts;
    private CompletableFuture<String> steppedIn = new CompletableFuture<>();
    private boolean isGuarding;

    GuardsInMemory(MemoryVolumes acts) {
        this.acts = acts;
    }

    void stepIn() {
        steppedIn.complete("guard: steps in");
    }

    /// As the guard does when its pipe closes.
    void agentDied(ScriptedDomain domain) {
        if (isGuarding && domain.state() == VmState.PAUSED) {
            domain.turn(VmState.RUNNING);
        }
        if (isGuarding) {
            domain.melt();
        }
        isGuarding = false;
    }

    @Override
    public GuardLink start(DomainUuid domain, @Nullable RestorePointId point) {
        acts.act("guard");
        steppedIn = new CompletableFuture<>();
        isGuarding = true;
        return new Link(steppedIn);
    }

    private final class Link implements GuardLink {
        private final CompletableFuture<String> word;

        private Link(CompletableFuture<String> word) {
            this.word = word;
        }

        @Override
        public void frozen(Duration thawWithin) {
            acts.act("guard: frozen");
        }

        @Override
        public void paused(Duration resumeWithin) {
            acts.act("guard: paused");
        }

        @Override
        public void resumed() {
            acts.act("guard: resumed");
        }

        @Override
        public void job(long scratchLimitBytes, boolean mayBeFrozen) {
            throw new UnsupportedOperationException("no job is guarded here");
        }

        @Override
        public CompletionStage<String> steppedIn() {
            return word;
        }

        @Override
        public void done() {
            acts.act("guard: done");
            isGuarding = false;
        }

        @Override
        public void close() {
            acts.act("guard: close");
        }
    }
}
