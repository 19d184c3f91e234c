package io.tidemark.orchestrator.run;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.run.AdmissionDecision.Admitted;
import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskRecord;
import io.tidemark.orchestrator.task.TaskService;
import io.tidemark.orchestrator.tick.Tick;
import io.tidemark.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Lets waiting tasks go, oldest first, and writes beside each of the others what it waits for. Each task that goes
/// is looked at again under its VM's lock, so that two orchestrators never send one VM two backups.
public final class AdmissionTick implements Tick {
    private static final Logger LOG = Logger.getLogger(AdmissionTick.class);

    private final AdmissionLimits limits;
    private final Duration every;
    private final TaskService tasks;
    private final Hosts hosts;
    private final RunSupplies supplies;

    public AdmissionTick(AdmissionLimits limits, Duration every, TaskService tasks, Hosts hosts, RunSupplies supplies) {
        this.limits = limits;
        this.every = every;
        this.tasks = tasks;
        this.hosts = hosts;
        this.supplies = supplies;
    }

    @Override
    public String name() {
        return "admission";
    }

    @Override
    public Duration every() {
        return every;
    }

    /// A run that was opened, or a task that ended, may let one go.
    @Override
    public boolean followsCommits() {
        return true;
    }

    @Override
    public void run() {
        Map<TaskId, TaskRecord> able = new HashMap<>();
        List<AdmissionRequest> waiting = new ArrayList<>();
        for (TaskRecord queued : tasks.queued()) {
            Vm vm = hosts.vm(queued.task().vm()).orElseThrow();
            String obstacle = obstacle(queued, vm);
            if (obstacle == null && vm.host() != null) {
                able.put(queued.task().id(), queued);
                waiting.add(new AdmissionRequest(
                        queued.task().id(), vm.id(), vm.host(), queued.task().repository()));
            } else if (obstacle != null) {
                tasks.explain(queued, obstacle);
            }
        }
        if (waiting.isEmpty()) {
            return;
        }
        for (AdmissionDecision decision : Admission.decide(limits, running(), waiting)) {
            TaskRecord queued = able.get(decision.task());
            boolean isSent = decision instanceof Admitted && isAdmitted(decision.task());
            if (!isSent && queued != null) {
                tasks.explain(queued, decision.explained());
            }
        }
    }

    /// One task that cannot be sent keeps none of the others from it.
    private boolean isAdmitted(TaskId task) {
        try {
            return tasks.admit(task);
        } catch (RuntimeException e) {
            LOG.warnf(e, "task %s: expected to be sent, is tried again", task);
            return false;
        }
    }

    private List<AdmissionRequest> running() {
        List<AdmissionRequest> running = new ArrayList<>();
        for (Task task : tasks.inFlight()) {
            if (task.host() != null) {
                running.add(new AdmissionRequest(task.id(), task.vm(), task.host(), task.repository()));
            }
        }
        return running;
    }

    /// What keeps the task from being sent at all, whoever else runs; null if nothing does.
    private @Nullable String obstacle(TaskRecord queued, Vm vm) {
        Instant now = supplies.clock().instant();
        Instant notBefore = queued.notBefore();
        if (notBefore != null && now.isBefore(notBefore)) {
            return "waits until " + notBefore + " before it is tried again";
        }
        if (!supplies.repositories().isReady(queued.task().repository())) {
            return "waits for repository " + queued.task().repository() + " to be ready";
        }
        if (vm.host() == null || !vm.present()) {
            return "waits for VM " + vm.name() + " to be seen on a host";
        }
        Optional<Host> host = hosts.byId(vm.host());
        if (host.filter(found -> found.isGranted(now)).isEmpty()) {
            return "waits for the agent of host " + vm.host() + " to be heard";
        }
        return host.get().hypervisorReachable() ? null : "waits for the hypervisor of host " + vm.host();
    }
}
