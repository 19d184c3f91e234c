package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.catalog.CatalogService;
import io.tidemark.orchestrator.catalog.Committed;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.SessionListener;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.task.TaskCommands.Executor;
import io.tidemark.orchestrator.task.TaskDecision.Ignored;
import io.tidemark.orchestrator.task.TaskDecision.Kept;
import io.tidemark.orchestrator.task.TaskDecision.Moved;
import io.tidemark.orchestrator.task.TaskEffect.ListRestorePoint;
import io.tidemark.orchestrator.task.TaskEffect.ScheduleTimeout;
import io.tidemark.orchestrator.task.TaskEffect.SendCancel;
import io.tidemark.orchestrator.task.TaskEffect.SendStart;
import io.tidemark.orchestrator.task.TaskState.Copying;
import io.tidemark.orchestrator.task.TaskState.Queued;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Loads a task under its VM's lock, lets the decider decide, stores what it says and hands out the effects: one
/// transaction.
@ApplicationScoped
public final class TaskService implements Tasks, SessionListener {
    private static final Logger LOG = Logger.getLogger(TaskService.class);

    private final TaskStore store;
    private final Hosts hosts;
    private final CatalogService catalog;
    private final TaskCommands commands;
    private final TaskSupplies supplies;

    TaskService(TaskStore store, Hosts hosts, CatalogService catalog, TaskCommands commands, TaskSupplies supplies) {
        this.store = store;
        this.hosts = hosts;
        this.catalog = catalog;
        this.commands = commands;
        this.supplies = supplies;
    }

    /// Stores a new task, waiting for admission.
    public void open(TaskRecord task) {
        supplies.transactions().run(() -> store.save(task));
    }

    /// Sends the task to its VM's host as a new attempt with a new point. False if the VM has meanwhile another
    /// task in flight, no host, or the task waits no more.
    public boolean admit(TaskId task) {
        return supplies.transactions().call(() -> {
            Optional<Vm> vm = lockedVm(task);
            Executor executor = vm.map(commands::executorFor).orElse(null);
            Optional<TaskRecord> stored = store.find(task);
            if (executor == null
                    || stored.isEmpty()
                    || store.isBusy(executor.vm().id())) {
                return false;
            }
            Attempt attempt = supplies.incarnation().nextAttempt();
            TaskEvent admitted = new TaskEvent.Admitted(
                    attempt, new RestorePointId(supplies.ids().get()));
            return move(stored.get(), admitted, new Facts(executor, null, null, Provenance.NONE));
        });
    }

    /// Stores what a person reads beside the waiting task.
    public void explain(TaskRecord waiting, String what) {
        if (!what.equals(waiting.task().waitsFor())) {
            supplies.transactions()
                    .run(() -> lockedVm(waiting.task().id())
                            .flatMap(_ -> store.find(waiting.task().id()))
                            .filter(now -> now.task().state() instanceof Queued)
                            .ifPresent(now -> store.save(now.waitingFor(what))));
        }
    }

    @Override
    public boolean cancel(TaskId task) {
        return applyNow(task, TaskEvent.CancelRequested::new);
    }

    /// The task's deadline has passed.
    void timeOut(TaskId task) {
        applyNow(task, TaskEvent.TimedOut::new);
    }

    /// Its host has not been heard for too long. Should it commit after all, the point is listed.
    void lost(TaskId task) {
        applyNow(task, attempt -> new TaskEvent.BackupFailed(attempt, FailureReason.HOST_UNREACHABLE));
    }

    /// What an agent said of an attempt; false if it changed nothing.
    boolean apply(SentAttempt attempt, TaskEvent event, Facts facts) {
        return supplies.transactions().call(() -> {
            lockedVm(attempt.task());
            return store.find(attempt.task())
                    .filter(task -> move(task, event, facts))
                    .isPresent();
        });
    }

    /// The agent's newest word on how much there is to copy.
    void total(TaskId task, long bytesTotal) {
        store.find(task)
                .filter(stored -> stored.task().bytesTotal() != bytesTotal)
                .ifPresent(stored -> store.save(stored.ofTotal(bytesTotal)));
    }

    /// A lost journal answers nothing: what was sent to it is tried again.
    @Override
    public void began(HostId host, boolean journalIntact) {
        if (!journalIntact) {
            for (Task task : store.inFlightOn(host)) {
                applyNow(task.id(), attempt -> new TaskEvent.BackupFailed(attempt, FailureReason.AGENT_RESTARTED));
            }
        }
    }

    @Override
    public Optional<Task> task(TaskId task) {
        return supplies.transactions().call(() -> store.find(task).map(TaskRecord::task));
    }

    @Override
    public List<Task> ofRun(RunId run) {
        return supplies.transactions().call(() -> store.ofRun(run));
    }

    @Override
    public List<Task> recent(int limit) {
        return supplies.transactions().call(() -> store.recent(limit));
    }

    @Override
    public List<Task> waiting() {
        return queued().stream().map(TaskRecord::task).toList();
    }

    /// The same with what admission needs.
    public List<TaskRecord> queued() {
        return supplies.transactions().call(store::waiting);
    }

    /// Sent and not ended.
    public List<Task> inFlight() {
        return supplies.transactions().call(store::inFlight);
    }

    private boolean applyNow(TaskId task, Function<Attempt, TaskEvent> event) {
        return supplies.transactions().call(() -> {
            lockedVm(task);
            Facts facts = new Facts(null, null, null, Provenance.NONE);
            return store.find(task)
                    .filter(stored ->
                            move(stored, event.apply(stored.task().state().attempt()), facts))
                    .isPresent();
        });
    }

    private Optional<Vm> lockedVm(TaskId task) {
        Optional<VmId> vm = store.vmOf(task);
        return vm.filter(hosts::lock).flatMap(hosts::vm);
    }

    private boolean move(TaskRecord before, TaskEvent event, Facts facts) {
        return switch (TaskDecider.decide(before.task().state(), event)) {
            case Ignored(String reason) -> {
                LOG.debugf("task %s ignores %s: %s", before.task().id(), event, reason);
                yield false;
            }
            case Kept(TaskState _, List<TaskEffect> effects) -> {
                effects.forEach(effect -> act(before, effect, facts));
                yield true;
            }
            case Moved(TaskState state, List<TaskEffect> effects) -> {
                TaskRecord after = stored(before, state, facts);
                store.save(after);
                effects.forEach(effect -> act(after, effect, facts));
                supplies.news().tell(before.task().state(), after.task());
                yield true;
            }
        };
    }

    private TaskRecord stored(TaskRecord before, TaskState state, Facts facts) {
        Instant now = supplies.clock().instant();
        String detail = facts.detail();
        return switch (state) {
            case Queued _ ->
                before.in(state, 0, detail, null)
                        .notBefore(now.plus(supplies.limits().retryPause()));
            case TaskState.Dispatched _ -> before.sentTo(facts.sendsTo().host(), state);
            case Copying copying -> before.in(state, copying.bytesCopied(), detail, null);
            case TaskState.Cancelling _ -> before.in(state, before.task().bytesCopied(), detail, null);
            case TaskState.Succeeded _, TaskState.Failed _, TaskState.Cancelled _ ->
                before.in(state, before.task().bytesCopied(), detail, now);
        };
    }

    private void act(TaskRecord stored, TaskEffect effect, Facts facts) {
        switch (effect) {
            case SendStart(Attempt attempt, RestorePointId point) ->
                store.add(commands.start(
                        stored,
                        facts.sendsTo(),
                        attempt,
                        point,
                        supplies.clock().instant()));
            case SendCancel(Attempt attempt) -> commands.cancel(stored.task(), attempt);
            case ScheduleTimeout _ ->
                LOG.tracef("task %s has its deadline in its row", stored.task().id());
            case ListRestorePoint _ -> list(stored, facts);
        }
    }

    private void list(TaskRecord stored, Facts facts) {
        SentAttempt attempt = facts.attempt();
        BackupCompleted completed = facts.completed();
        if (attempt == null || completed == null) {
            throw new IllegalStateException("task " + stored.task().id() + ": expected the commit, found none");
        }
        if (!completed.point().equals(attempt.point())
                || !completed.vm().equals(stored.task().vm())) {
            throw new UnacceptableMessage("point: expected " + attempt.point() + " of VM "
                    + stored.task().vm() + ", found " + completed.point() + " of VM " + completed.vm());
        }
        catalog.list(new Committed(
                completed,
                attempt.attempt(),
                stored.task().repository(),
                stored.task().tracker(),
                attempt.parent(),
                facts.cause()));
    }

    /// What came with an event, or is needed for its effects.
    ///
    /// @param executor who is to carry the task out, for an admission
    /// @param report what the agent said, for its events
    record Facts(
            @Nullable Executor executor,
            @Nullable Report report,
            @Nullable String detail,
            Provenance cause) {
        Executor sendsTo() {
            if (executor == null) {
                throw new IllegalStateException("task: expected a host to send it to, found none");
            }
            return executor;
        }

        @Nullable
        SentAttempt attempt() {
            return report == null ? null : report.attempt();
        }

        @Nullable
        BackupCompleted completed() {
            return report == null ? null : report.completed();
        }
    }

    /// An agent's word on one attempt.
    record Report(SentAttempt attempt, @Nullable BackupCompleted completed) {}
}
