package io.tidemark.agent.libvirt;

import java.util.Arrays;
import java.util.List;
import org.libvirt.DomainJobStats;

/// Reads libvirt's figures of a running job.
final class JobFigures {
    /// libvirt's numbers of operations in job statistics; from `virDomainJobOperation`.
    private static final List<String> OPERATIONS = List.of(
            "unknown job",
            "start",
            "save",
            "restore",
            "migration in",
            "migration out",
            "snapshot",
            "snapshot revert",
            "dump",
            "backup",
            "snapshot delete");

    private JobFigures() {}

    static String kind(DomainJobStats job) {
        int number = (int) figure(job, "operation");
        return OPERATIONS.get(number < OPERATIONS.size() ? number : 0);
    }

    static long figure(DomainJobStats job, String field) {
        return job.stats == null
                ? 0
                : Arrays.stream(job.stats)
                        .filter(parameter -> parameter.field.equals(field))
                        .mapToLong(parameter -> Long.parseLong(parameter.getValueAsString()))
                        .findFirst()
                        .orElse(0);
    }
}
