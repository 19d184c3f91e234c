package io.tidemark.agent.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/// A snapshot of the catalog as people read it. All of its text may be somebody else's.
public final class SnapshotText {
    private SnapshotText() {}

    /// With the one thing that was done with it last.
    public static List<String> of(JsonNode snapshot, JsonNode task) {
        List<String> lines = new ArrayList<>(List.of(
                "snapshot     " + text(snapshot, "name") + "  " + text(snapshot, "id"),
                snapshot.hasNonNull("vm") ? "VM           " + text(snapshot, "vm") : "volumes that no VM has",
                "host         " + text(snapshot, "host"),
                "state        " + text(snapshot, "state")));
        if (snapshot.hasNonNull("description")) {
            lines.add("description  " + text(snapshot, "description"));
        }
        JsonNode taken = snapshot.path("taken");
        if (taken.hasNonNull("at")) {
            lines.add("taken at     " + text(taken, "at") + ", " + text(taken, "consistency") + "-consistent"
                    + (taken.path("memory").asBoolean() ? ", with memory" : ", without memory"));
            lines.add("took         " + text(taken, "durationMillis") + " ms; frozen " + text(taken, "freezeMillis")
                    + " ms, vCPUs paused " + text(taken, "pauseMillis") + " ms, disks apart "
                    + text(taken, "skewMicros") + " us");
        }
        lines.addAll(members(snapshot.path("members")));
        lines.add(task(task));
        if (task.hasNonNull("detail")) {
            lines.add("detail       " + text(task, "detail"));
        }
        return lines;
    }

    private static List<String> members(JsonNode members) {
        if (members.isEmpty()) {
            return List.of();
        }
        Table table = new Table("DISK", "KIND", "BLOCKS", "MECHANISM", "STORAGE NAME", "VOLUME", "NEW FILE");
        for (JsonNode member : members) {
            table.row(
                    member.path("target").asText("-"),
                    member.path("kind").asText("-"),
                    member.path("blocks").asText("-"),
                    member.path("mechanism").asText("-"),
                    member.path("storageName").asText("-"),
                    member.path("volume").asText("-"),
                    newFile(member));
        }
        return table.lines();
    }

    /// A new file with what it is to the volume.
    static String newFile(JsonNode member) {
        return member.hasNonNull("newFile")
                ? member.path("newFile").asText() + " ("
                        + member.path("newFileIs").asText("-").replace('-', ' ') + ")"
                : "-";
    }

    private static String task(JsonNode task) {
        String reason = task.hasNonNull("reason") ? ": " + text(task, "reason") : "";
        String waits = task.hasNonNull("waitsFor") ? ", " + text(task, "waitsFor") : "";
        return text(task, "action") + " " + text(task, "state") + reason + waits;
    }

    /// What a host has now: its snapshots, what its volumes could have, and what is not as the catalog has it.
    public static List<String> ofListing(JsonNode listing) {
        List<String> lines = new ArrayList<>();
        for (JsonNode volume : listing.path("volumes")) {
            lines.add(PlainText.of(
                    (volume.hasNonNull("target") ? volume.path("target").asText() + "  " : "")
                            + volume.path("volume").asText() + "  "
                            + volume.path("format").asText("-") + " on "
                            + volume.path("storage").asText("-")));
            lines.addAll(indented(found(volume.path("snapshots"))));
            lines.addAll(indented(possible(volume.path("mechanisms"))));
        }
        for (JsonNode missing : listing.path("missing")) {
            lines.add("missing: snapshot " + text(missing, "name") + "  " + text(missing, "snapshot") + ": "
                    + text(missing, "detail"));
        }
        return lines;
    }

    private static List<String> found(JsonNode snapshots) {
        if (snapshots.isEmpty()) {
            return List.of("no snapshot");
        }
        Table table = new Table(
                "STORAGE NAME", "ORIGIN", "SNAPSHOT", "KIND", "BLOCKS", "MECHANISM", "TAKEN AT", "KEEPS", "NEEDED BY");
        for (JsonNode found : snapshots) {
            table.row(
                    found.path("storageName").asText("-"),
                    found.path("origin").asText("-"),
                    found.path("snapshot").asText("-"),
                    found.path("kind").asText("-"),
                    found.path("blocks").asText("-"),
                    found.path("mechanism").asText("-"),
                    found.path("takenAt").asText("-"),
                    found.hasNonNull("keptBytes")
                            ? Amounts.bytes(found.path("keptBytes").asLong())
                            : "-",
                    joined(found.path("hangsOnIt")));
        }
        return table.lines();
    }

    private static List<String> possible(JsonNode mechanisms) {
        if (mechanisms.isEmpty()) {
            return List.of();
        }
        Table table = new Table("COULD HAVE", "KIND", "BLOCKS", "NAMES ARE SHARED WITH", "OR WHY NOT");
        for (JsonNode mechanism : mechanisms) {
            table.row(
                    mechanism.path("mechanism").asText("-"),
                    mechanism.path("kind").asText("-"),
                    mechanism.path("blocks").asText("-"),
                    joined(mechanism.path("sharesNamesWith")),
                    mechanism.path("whyNot").asText("-"));
        }
        return table.lines();
    }

    private static String joined(JsonNode texts) {
        List<String> some = StreamSupport.stream(texts.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return some.isEmpty() ? "-" : String.join(", ", some);
    }

    private static List<String> indented(List<String> lines) {
        return lines.stream().map(line -> "  " + line).toList();
    }

    private static String text(JsonNode node, String field) {
        return PlainText.of(node.path(field).asText("-"));
    }
}
