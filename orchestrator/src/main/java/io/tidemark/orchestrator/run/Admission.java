package io.tidemark.orchestrator.run;

import io.tidemark.orchestrator.run.AdmissionDecision.Admitted;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForHost;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForRepository;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForVm;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which waiting tasks may start. Pure: the caller loads what runs and what waits, in the order in which it came.
///
/// One task a VM, because a domain carries one backup job at a time (libvirt 9.0); slots per host and repository.
/// Tasks are looked at in order, so a task that could start is never passed over for a later one of the same kind;
/// a later one on another host or repository is not held up by an earlier one that waits.
final class Admission {
    private final AdmissionLimits limits;
    private final Map<VmId, TaskId> holders = new HashMap<>();
    private final Map<HostId, Integer> onHost = new HashMap<>();
    private final Map<RepositoryId, Integer> intoRepository = new HashMap<>();

    private Admission(AdmissionLimits limits, List<AdmissionRequest> running) {
        this.limits = limits;
        running.forEach(this::take);
    }

    static List<AdmissionDecision> decide(
            AdmissionLimits limits, List<AdmissionRequest> running, List<AdmissionRequest> waiting) {
        Admission admission = new Admission(limits, running);
        List<AdmissionDecision> decisions = new ArrayList<>(waiting.size());
        for (AdmissionRequest request : waiting) {
            decisions.add(admission.next(request));
        }
        return decisions;
    }

    private AdmissionDecision next(AdmissionRequest request) {
        TaskId holder = holders.get(request.vm());
        if (holder != null) {
            return new WaitsForVm(request.task(), request.vm(), holder);
        }
        int tasksOnHost = onHost.getOrDefault(request.host(), 0);
        if (tasksOnHost >= limits.tasksPerHostMax()) {
            return new WaitsForHost(request.task(), request.host(), tasksOnHost);
        }
        int writers = intoRepository.getOrDefault(request.repository(), 0);
        if (writers >= limits.tasksPerRepositoryMax()) {
            return new WaitsForRepository(request.task(), request.repository(), writers);
        }
        take(request);
        return new Admitted(request.task());
    }

    private void take(AdmissionRequest request) {
        holders.put(request.vm(), request.task());
        onHost.merge(request.host(), 1, Integer::sum);
        intoRepository.merge(request.repository(), 1, Integer::sum);
    }
}
