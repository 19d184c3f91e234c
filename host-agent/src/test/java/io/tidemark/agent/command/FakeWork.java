package io.tidemark.agent.command;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Work that ends a backup as timed out, or as cancelled when told so while it is held.
final class FakeWork implements Work {
    final List<MessageId> run = new CopyOnWriteArrayList<>();
    final List<MessageId> settled = new CopyOnWriteArrayList<>();
    final AtomicInteger reports = new AtomicInteger();
    final AtomicInteger settlesThatFail = new AtomicInteger();
    final List<Long> deadlinesMillis = new CopyOnWriteArrayList<>();
    volatile @Nullable Error failure;
    volatile CountDownLatch hold = new CountDownLatch(0);

    @Override
    public void run(Envelope<AgentCommand> command, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        run.add(command.id());
        Error planned = failure;
        if (planned != null) {
            throw planned;
        }
        deadlinesMillis.add(((StartBackup) command.body()).deadlineMillis());
        StartBackup backup = (StartBackup) command.body();
        report.accept(new BackupStarted(
                backup.task(), backup.point(), backup.vm(), Instant.EPOCH, Consistency.CRASH, 0, List.of()));
        CountDownLatch held = hold;
        cancelled.thenRun(held::countDown);
        await(held);
        boolean isCancelled = cancelled.toCompletableFuture().isDone();
        report.accept(failed(backup, isCancelled ? FailureReason.CANCELLED : FailureReason.TIMED_OUT));
        report.accept(failed(backup, FailureReason.INTERNAL));
    }

    @Override
    public void settle(Envelope<AgentCommand> command, Consumer<AgentEvent> report) {
        if (settlesThatFail.getAndDecrement() > 0) {
            throw new IllegalStateException("hypervisor: expected an answer, found none");
        }
        settled.add(command.id());
        report.accept(failed((StartBackup) command.body(), FailureReason.AGENT_RESTARTED));
    }

    @Override
    public AgentEvent observe(ObserveVm question) {
        return new VmObserved(question.query(), question.domain(), null, "as the fake was told");
    }

    @Override
    public AgentEvent list(ListSnapshots question) {
        return new SnapshotsListed(question.query(), question.domain(), List.of(), "as the fake was told");
    }

    @Override
    public void sendReport() {
        reports.incrementAndGet();
    }

    private static BackupFailed failed(StartBackup backup, FailureReason reason) {
        return new BackupFailed(backup.task(), backup.point(), backup.vm(), reason, "as the fake was told");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("fake work: expected to be let go, found nobody who does");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
