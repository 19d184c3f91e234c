package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The snapshots that a qcow2 image holds of itself, as `qemu-img info` lists them. QEMU writes the table through,
/// so that it can be read beside a QEMU that has the image open.
final class InternalTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InternalTable() {}

    /// One snapshot.
    ///
    /// @param memoryBytes of the guest's state that lies beside it; 0 for one of the disk alone
    record Entry(String name, Instant takenAt, long memoryBytes) {}

    /// In the table's order, which is that in which they were taken; empty for a raw image. [RequestRefused] if it
    /// cannot be looked at.
    static List<Entry> of(Path image, String format) {
        if (!format.equals("qcow2")) {
            return List.of();
        }
        try {
            return entries(
                    JSON.readTree(QemuImg.asked("info", "-U", "--output=json", "-f", format, "--", image.toString())));
        } catch (IOException unreadable) {
            throw new RequestRefused(
                    "snapshots of image " + image + ": expected them readable, found " + unreadable.getMessage());
        }
    }

    static List<Entry> entries(JsonNode image) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : image.path("snapshots")) {
            entries.add(new Entry(
                    entry.path("name").asText(),
                    Instant.ofEpochSecond(
                            entry.path("date-sec").asLong(),
                            entry.path("date-nsec").asLong()),
                    entry.path("vm-state-size").asLong()));
        }
        return List.copyOf(entries);
    }

    static boolean has(Path image, String format, String name) {
        return of(image, format).stream().anyMatch(entry -> entry.name().equals(name));
    }
}
