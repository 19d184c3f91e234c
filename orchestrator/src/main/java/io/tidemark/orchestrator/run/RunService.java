package io.tidemark.orchestrator.run;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskListener;
import io.tidemark.orchestrator.task.TaskRecord;
import io.tidemark.orchestrator.task.TaskService;
import io.tidemark.orchestrator.task.TaskState;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent;
import io.tidemark.schemas.event.PublicEvent.RunEnded;
import io.tidemark.schemas.event.PublicEvent.RunStarted;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Opens runs and ends each when its last task has ended.
@ApplicationScoped
final class RunService implements Runs, RunView, TaskListener {
    private static final Logger LOG = Logger.getLogger(RunService.class);

    private final RunStore store;
    private final TaskService tasks;
    private final Hosts hosts;
    private final Outbox outbox;
    private final RunSupplies supplies;

    RunService(RunStore store, TaskService tasks, Hosts hosts, Outbox outbox, RunSupplies supplies) {
        this.store = store;
        this.tasks = tasks;
        this.hosts = hosts;
        this.outbox = outbox;
        this.supplies = supplies;
    }

    @Override
    public Opened open(RunRequest request) {
        return supplies.transactions().call(() -> {
            requireKnown(request);
            Instant now = supplies.clock().instant();
            RunId run = new RunId(supplies.ids().get());
            store.add(new RunStore.Opened(run, request.policy(), request.correlation(), now, null));
            Map<VmId, TaskId> opened = new HashMap<>();
            for (VmId vm : new HashSet<>(request.vms())) {
                TaskRecord task = task(run, vm, request, now);
                tasks.open(task);
                opened.put(vm, task.task().id());
            }
            tell(run, new RunStarted(run, request.policy(), List.copyOf(opened.keySet())), request.correlation());
            LOG.infof("run %s opened with %d tasks, policy %s", run, opened.size(), request.policy());
            return new Opened(run, opened);
        });
    }

    @Override
    public Optional<Run> run(RunId run) {
        return supplies.transactions().call(() -> store.find(run).map(this::view));
    }

    @Override
    public List<Run> recent(int limit) {
        return supplies.transactions()
                .call(() -> store.recent(limit).stream().map(this::view).toList());
    }

    @Override
    public Set<VmId> busy(PolicyId policy) {
        return supplies.transactions().call(() -> store.busy(policy));
    }

    @Override
    public void created(TaskId task, RestorePointId point) {
        LOG.debugf("task %s goes on", task);
    }

    @Override
    public void durable(TaskId task, RestorePointId point) {
        ended(task);
    }

    @Override
    public void failed(TaskId task, FailureReason reason, @Nullable String detail) {
        ended(task);
    }

    /// The run's lock lets the last of two tasks that end at once see the other.
    private void ended(TaskId ended) {
        RunId run = tasks.task(ended).orElseThrow().run();
        Optional<RunStore.Opened> opened = store.lock(run).filter(found -> found.endedAt() == null);
        List<Task> all = tasks.ofRun(run);
        if (opened.isEmpty() || all.stream().anyMatch(task -> task.endedAt() == null)) {
            return;
        }
        int succeeded = (int) all.stream()
                .filter(task -> task.state() instanceof TaskState.Succeeded)
                .count();
        store.end(run, supplies.clock().instant());
        RunEnded event = new RunEnded(run, succeeded, all.size() - succeeded);
        tell(run, event, opened.get().correlation());
        LOG.infof("run %s ended: %d succeeded, %d did not", run, event.succeeded(), event.failed());
    }

    private void requireKnown(RunRequest request) {
        if (!supplies.repositories().isKnown(request.repository())) {
            throw new IllegalArgumentException("repository: expected a registered one, found " + request.repository());
        }
        for (VmId vm : request.vms()) {
            if (hosts.vm(vm).isEmpty()) {
                throw new IllegalArgumentException("vm: expected a known one, found " + vm);
            }
        }
    }

    private TaskRecord task(RunId run, VmId vm, RunRequest request, Instant now) {
        RunRequest.Options options = request.options();
        Task task = new Task(
                new TaskId(supplies.ids().get()),
                run,
                vm,
                request.repository(),
                options.tracker(),
                options.level(),
                null,
                new TaskState.Queued(supplies.incarnation().nextAttempt(), 0),
                0,
                0,
                null,
                null,
                now,
                now.plus(options.deadline()),
                null,
                request.correlation());
        return new TaskRecord(task, options.quiescing(), null);
    }

    private Run view(RunStore.Opened run) {
        return new Run(run.id(), run.policy(), run.correlation(), run.openedAt(), run.endedAt(), tasks.ofRun(run.id()));
    }

    private void tell(RunId run, PublicEvent event, @Nullable String correlation) {
        String key = run.toString();
        outbox.add(new OutgoingMessage(Topics.EVENTS, key, event, key, new Provenance(correlation, null, null, null)));
    }
}
