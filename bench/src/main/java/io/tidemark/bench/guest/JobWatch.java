package io.tidemark.bench.guest;

import com.fasterxml.jackson.databind.JsonNode;

/// What QEMU's events have told of libvirt's backup jobs on a domain of one disk, `backup-vda-libvirt-1-format`.
/// Of other jobs it takes no notice. Observed with libvirt 9.0 and QEMU 7.2: `JOB_STATUS_CHANGE` as a job runs and
/// as it ends, `BLOCK_JOB_CANCELLED` at the end of a pull job, of which `offset` is what was copied before it was
/// overwritten.
final class JobWatch {
    private static final String OURS = "backup-";

    private int begun;
    private boolean isRunning;
    private long copiedBytes;

    void see(JsonNode event) {
        JsonNode data = event.path("data");
        switch (event.path("event").asText()) {
            case "JOB_STATUS_CHANGE" -> {
                if (data.path("id").asText().startsWith(OURS)) {
                    changed(data.path("status").asText());
                }
            }
            case "BLOCK_JOB_CANCELLED", "BLOCK_JOB_COMPLETED" -> {
                if (data.path("device").asText().startsWith(OURS)) {
                    copiedBytes += data.path("offset").asLong();
                }
            }
            default -> {}
        }
    }

    private void changed(String status) {
        switch (status) {
            case "running", "ready" -> {
                if (!isRunning) {
                    begun++;
                }
                isRunning = true;
            }
            // a job that was running and holds for a moment copies before writes all the same
            case "paused", "standby" -> {}
            default -> isRunning = false;
        }
    }

    /// The number of the job that runs, from 1; 0 if none does.
    int running() {
        return isRunning ? begun : 0;
    }

    /// How many jobs have begun.
    int begun() {
        return begun;
    }

    /// What the jobs that have ended had copied before guest writes overwrote it.
    long copiedBytes() {
        return copiedBytes;
    }
}
