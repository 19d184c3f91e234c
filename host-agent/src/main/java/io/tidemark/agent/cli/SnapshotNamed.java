package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.rest.Orchestrator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which snapshot is meant. Its fields are what was typed.
final class SnapshotNamed {
    @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "its id, or with --vm its name")
    private String snapshot = "";

    @Option(names = "--vm", paramLabel = "VM", description = "the VM that it is of, by id or by name")
    private @Nullable String vm;

    /// Its id; of two of one name, the one that is there.
    String id(Orchestrator orchestrator) throws IOException {
        if (vm == null) {
            return snapshot;
        }
        for (JsonNode each : orchestrator.snapshots(vm, false)) {
            if (each.path("name").asText().equals(snapshot)
                    || each.path("id").asText().equals(snapshot)) {
                return each.path("id").asText();
            }
        }
        throw CommandFailure.failed(
                "snapshot: expected one of the VM " + vm + " with the name or id " + snapshot + ", found none");
    }
}
