package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// What a host has, as a person reads it.
final class FoundVms {
    private FoundVms() {}

    /// A line for the number of VMs, one for each VM that is present, and one for each of its disks.
    static List<String> lines(JsonNode vms) {
        List<String> lines = new ArrayList<>();
        int count = 0;
        for (JsonNode vm : vms) {
            if (!vm.path("present").asBoolean()) {
                continue;
            }
            count++;
            lines.add("  " + vm.path("name").asText() + " (" + vm.path("state").asText() + ")");
            for (JsonNode disk : vm.path("disks")) {
                lines.add("    " + disk.path("target").asText() + ": " + level(disk));
            }
        }
        lines.addFirst(count + " VM" + (count == 1 ? "" : "s") + " found" + (count == 0 ? "" : ":"));
        return lines;
    }

    private static String level(JsonNode disk) {
        return disk.path("trackable").asBoolean()
                ? "full, then increments"
                : "always full, because " + disk.path("whyNot").asText("its format keeps no bitmap");
    }
}
