package io.tidemark.agent.backup;

import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.guard.GuardUnavailableException;
import io.tidemark.agent.guard.Guards;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Guards that write down what they are told, and step in or are missing when a test says so.
final class FakeGuards implements Guards {
    final List<String> said = new CopyOnWriteArrayList<>();
    boolean isMissing;
    private CompletableFuture<String> steppedIn = new CompletableFuture<>();

    /// As the guard process does: the domain is thawed and the job ended, then its process ends.
    void stepIn(ScriptedDomain domain) {
        domain.isFrozen = false;
        domain.endJob();
        steppedIn.complete("guard: steps in");
    }

    @Override
    public GuardLink start(DomainUuid domain, @Nullable RestorePointId point) {
        if (isMissing) {
            throw new GuardUnavailableException("guard: cannot start", null);
        }
        steppedIn = new CompletableFuture<>();
        said.add("start");
        return new Link(steppedIn);
    }

    private final class Link implements GuardLink {
        private final CompletableFuture<String> word;

        private Link(CompletableFuture<String> word) {
            this.word = word;
        }

        @Override
        public void frozen(Duration thawWithin) {
            said.add("frozen " + thawWithin.toMillis());
        }

        @Override
        public void paused(Duration resumeWithin) {
            said.add("paused " + resumeWithin.toMillis());
        }

        @Override
        public void resumed() {
            said.add("resumed");
        }

        @Override
        public void job(long scratchLimitBytes, boolean mayBeFrozen) {
            said.add(mayBeFrozen ? "job unthawed" : "job");
        }

        @Override
        public CompletionStage<String> steppedIn() {
            return word;
        }

        @Override
        public void done() {
            said.add("done");
        }

        @Override
        public void close() {
            said.add("close");
        }
    }
}
