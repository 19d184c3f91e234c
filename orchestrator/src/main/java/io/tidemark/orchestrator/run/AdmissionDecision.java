package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;

/// Whether one task may start now; if not, the first thing that it waits for.
public sealed interface AdmissionDecision {
    TaskId task();

    record Admitted(TaskId task) implements AdmissionDecision {}

    record WaitsForVm(TaskId task, VmId vm, TaskId holder) implements AdmissionDecision {}

    record WaitsForHost(TaskId task, HostId host, int running) implements AdmissionDecision {}

    record WaitsForRepository(TaskId task, RepositoryId repository, int running) implements AdmissionDecision {}

    /// What a person reads beside a waiting task.
    default String explained() {
        return switch (this) {
            case Admitted _ -> "may start";
            case WaitsForVm(TaskId _, VmId vm, TaskId holder) ->
                "waits for task " + holder + ", which works on VM " + vm;
            case WaitsForHost(TaskId _, HostId host, int running) ->
                "waits for a slot on host " + host + ", where " + running + " tasks run";
            case WaitsForRepository(TaskId _, RepositoryId repository, int running) ->
                "waits for a slot of repository " + repository + ", into which " + running + " tasks write";
        };
    }
}
