package io.tidemark.orchestrator.run;

/// How many tasks may run at once: on one host, and into one repository.
public record AdmissionLimits(int tasksPerHostMax, int tasksPerRepositoryMax) {
    public AdmissionLimits {
        if (tasksPerHostMax < 1 || tasksPerRepositoryMax < 1) {
            throw new IllegalArgumentException("admission limits: expected both from 1, found " + tasksPerHostMax
                    + " a host and " + tasksPerRepositoryMax + " a repository");
        }
    }
}
