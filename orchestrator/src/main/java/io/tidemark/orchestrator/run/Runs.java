package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import java.util.Map;

/// Opens runs. Other features know no more of this one.
public interface Runs {
    /// Opens a run and stores its tasks, waiting for admission. An unknown VM or repository is refused with an
    /// `IllegalArgumentException` that names it, and nothing is stored.
    Opened open(RunRequest request);

    /// The run and its tasks, by VM.
    record Opened(RunId run, Map<VmId, TaskId> tasks) {
        public Opened {
            tasks = Map.copyOf(tasks);
        }
    }
}
