package io.tidemark.agent.command;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/// Has accepted commands carried out, those of one VM one after another, and sees to it that each is answered
/// once.
final class WorkQueue {
    private static final Logger LOG = Logger.getLogger(WorkQueue.class);

    private final Work work;
    private final Answers answers;
    private final AgentSession session;
    private final CommandLimits limits;
    private final Mailboxes<String> mailboxes;
    private final Cancellations<Assignment> cancellations = new Cancellations<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    WorkQueue(Work work, Answers answers, AgentSession session, CommandLimits limits, Executor threads) {
        this.work = work;
        this.answers = answers;
        this.session = session;
        this.limits = limits;
        this.mailboxes = new Mailboxes<>(limits.runningMax(), limits.waitingMax(), threads);
    }

    /// Whether the command is work that waits for its turn, as against one that acts at once.
    static boolean isWork(AgentCommand command) {
        return boxOf(command).isPresent();
    }

    /// Whose commands are carried out one after another: a VM's, and those of all volumes that no VM has.
    private static Optional<String> boxOf(AgentCommand command) {
        return switch (command) {
            case StartBackup backup -> Optional.of(box(backup.vm()));
            case StartRestore restore -> Optional.of(box(restore.vm()));
            case RetireCheckpoints retire -> Optional.of(box(retire.vm()));
            case CreateSnapshot create -> Optional.of(box(create.vm()));
            case RevertSnapshot revert -> Optional.of(box(revert.vm()));
            case DeleteSnapshot delete -> Optional.of(box(delete.vm()));
            case CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ -> Optional.empty();
        };
    }

    private static String box(@Nullable VmId vm) {
        return vm == null ? "volumes" : vm.toString();
    }

    static Optional<TaskId> taskOf(AgentCommand command) {
        return switch (command) {
            case StartBackup backup -> Optional.of(backup.task());
            case StartRestore restore -> Optional.of(restore.task());
            case CreateSnapshot create -> Optional.of(create.task());
            case RevertSnapshot revert -> Optional.of(revert.task());
            case DeleteSnapshot delete -> Optional.of(delete.task());
            case RetireCheckpoints _, CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ ->
                Optional.empty();
        };
    }

    /// How long after its receipt a command may still begin.
    private static long deadlineMillis(AgentCommand command) {
        return switch (command) {
            case StartBackup backup -> backup.deadlineMillis();
            case CreateSnapshot create -> create.deadlineMillis();
            case RevertSnapshot revert -> revert.deadlineMillis();
            case DeleteSnapshot delete -> delete.deadlineMillis();
            case StartRestore _, RetireCheckpoints _ -> Long.MAX_VALUE;
            case CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ -> Long.MAX_VALUE;
        };
    }

    int freeSlots() {
        return mailboxes.freeSlots();
    }

    int runningCount() {
        return mailboxes.runningCount();
    }

    /// Takes a command that is in the journal. It is answered in any case: also when it was cancelled before, or
    /// when too many wait.
    void accept(Envelope<AgentCommand> command) {
        String box = boxOf(command.body()).orElseThrow();
        Assignment assignment = new Assignment(command, box);
        Optional<TaskId> task = taskOf(command.body());
        if (task.isPresent() && !cancellations.accepted(task.get(), assignment)) {
            assignment.fail(FailureReason.CANCELLED, "cancelled before it came");
        } else if (!mailboxes.offer(box, assignment)) {
            assignment.fail(
                    FailureReason.DOMAIN_BUSY,
                    "host: expected at most " + limits.waitingMax() + " waiting commands, found as many");
        }
    }

    /// Gives up the work of a task, whether it runs, waits or is still to come.
    void cancel(TaskId task) {
        cancellations.cancelled(task).ifPresent(assignment -> {
            assignment.cancelled.complete(null);
            if (mailboxes.withdraw(assignment.box, assignment)) {
                assignment.fail(FailureReason.CANCELLED, "cancelled while it waited");
            }
        });
    }

    /// Finds out about a command of an earlier life, before any new one of its VM. The answer completes when that
    /// is done or given up.
    CompletionStage<Void> settle(Envelope<AgentCommand> command) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        String box = boxOf(command.body()).orElseThrow();
        Assignment assignment = new Assignment(command, box);
        boolean isQueued = mailboxes.offer(box, () -> {
            try {
                settleAtLast(assignment);
            } finally {
                done.complete(null);
            }
        });
        if (!isQueued) {
            LOG.errorf("command %s stays unsettled until the next start: too many wait", command.id());
            done.complete(null);
        }
        return done;
    }

    private void settleAtLast(Assignment assignment) {
        for (int tries = 1; tries <= limits.settleTriesMax() && !assignment.hasEnded(); tries++) {
            try {
                work.settle(assignment.command, assignment::report);
                assignment.failUnlessEnded("settled without an answer");
            } catch (RuntimeException | Error unsettled) {
                LOG.warnf(unsettled, "command %s of an earlier life is not settled yet", assignment.command.id());
                if (isStoppedAfterPause()) {
                    return;
                }
            }
        }
    }

    private boolean isStoppedAfterPause() {
        try {
            return stopped.await(limits.settleEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Begins nothing more and gives up what runs. What waits stays in the journal for the next life.
    void stop() {
        stopped.countDown();
        mailboxes.close();
        cancellations.all().forEach(assignment -> assignment.cancelled.complete(null));
    }

    /// Waits until nothing runs. False if that takes longer than the limit.
    boolean awaitIdle(long limitMillis) throws InterruptedException {
        return mailboxes.awaitIdle(limitMillis);
    }

    /// One command on its way through.
    private final class Assignment implements Runnable {
        private final Envelope<AgentCommand> command;
        private final String box;
        private final long receivedMillis;
        private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        private final AtomicBoolean ended = new AtomicBoolean();

        private Assignment(Envelope<AgentCommand> command, String box) {
            this.command = command;
            this.box = box;
            this.receivedMillis = session.nowMillis();
        }

        @Override
        public void run() {
            MDC.put("vmId", box);
            taskOf(command.body()).ifPresent(task -> MDC.put("taskId", task.toString()));
            try {
                runNow();
                failUnlessEnded("ended without an answer");
            } catch (RuntimeException | Error failure) { // an Error too: somebody waits for an end to be told
                LOG.errorf(failure, "command %s failed", command.id());
                failUnlessEnded(failure.toString());
            } finally {
                MDC.remove("vmId");
                MDC.remove("taskId");
            }
        }

        /// Its turn may come long after its receipt, when the lease or its own time is over.
        private void runNow() {
            long waitedMillis = session.nowMillis() - receivedMillis;
            if (!session.isGranted()) {
                report(Answers.refusal(
                        command,
                        FailureReason.SESSION_NOT_GRANTED,
                        "session " + session.id()
                                + ": expected a lease when the command's turn came, found that it is over"));
            } else if (waitedMillis >= deadlineMillis(command.body())) {
                fail(
                        FailureReason.TIMED_OUT,
                        "command: expected its end within " + deadlineMillis(command.body())
                                + " ms, found that it had waited for " + waitedMillis + " ms");
            } else {
                work.run(shortened(command, waitedMillis), cancelled, this::report);
            }
        }

        private void report(AgentEvent event) {
            if (!Answers.isEnd(event)) {
                answers.onTheWay(command, event);
            } else if (ended.compareAndSet(false, true)) {
                taskOf(command.body()).ifPresent(task -> cancellations.ended(task, this));
                answers.end(command, stopped.getCount() == 0 ? asRestart(event) : event);
            }
        }

        private boolean hasEnded() {
            return ended.get();
        }

        private void fail(FailureReason reason, String detail) {
            report(Answers.failure(command, reason, detail));
        }

        private void failUnlessEnded(String detail) {
            if (!hasEnded()) {
                fail(FailureReason.INTERNAL, detail);
            }
        }
    }

    /// The deadline counts from the receipt.
    private static Envelope<AgentCommand> shortened(Envelope<AgentCommand> command, long waitedMillis) {
        return command.body() instanceof StartBackup backup && waitedMillis > 0
                ? new Envelope<>(
                        command.id(),
                        backup.withDeadlineMillis(backup.deadlineMillis() - waitedMillis),
                        command.source(),
                        command.subject(),
                        command.time(),
                        command.correlation(),
                        command.causation(),
                        command.session(),
                        command.attempt())
                : command;
    }

    /// Nobody cancelled the task: this process ends, and the task may be tried again.
    private static AgentEvent asRestart(AgentEvent event) {
        return switch (event) {
            case BackupFailed(var task, var point, var vm, var reason, var detail)
            when reason == FailureReason.CANCELLED ->
                new BackupFailed(task, point, vm, FailureReason.AGENT_RESTARTED, detail);
            case RestoreFailed(var task, var vm, var point, var reason, var detail)
            when reason == FailureReason.CANCELLED ->
                new RestoreFailed(task, vm, point, FailureReason.AGENT_RESTARTED, detail);
            case SnapshotFailed(var task, var snapshot, var vm, var reason, var detail)
            when reason == FailureReason.CANCELLED ->
                new SnapshotFailed(task, snapshot, vm, FailureReason.AGENT_RESTARTED, detail);
            default -> event;
        };
    }
}
