package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;

/// What a task takes while it runs: its VM whole, and one slot of its host and of its repository.
public record AdmissionRequest(TaskId task, VmId vm, HostId host, RepositoryId repository) {}
