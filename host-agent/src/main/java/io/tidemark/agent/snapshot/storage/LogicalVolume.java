package io.tidemark.agent.snapshot.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One logical volume as `lvs` shows it. Source: lvmreport(7) of LVM 2.03.16; observed with it.
///
/// @param origin the volume that it is a snapshot of; empty if of none, or if LVM does not know any more
/// @param pool of a thin volume; else empty
/// @param segment its type: `linear`, `thin`, `thin-pool`, ...
/// @param filled of a snapshot, a thin volume or a pool; else [Filled#UNKNOWN]
/// @param state what of it matters to snapshots
record LogicalVolume(
        String group,
        String name,
        String origin,
        String pool,
        String segment,
        long sizeBytes,
        Filled filled,
        List<String> tags,
        State state,
        Instant createdAt) {
    /// What [#of] wants of `lvs -o`.
    static final String COLUMNS =
            "vg_name,lv_name,origin,pool_lv,segtype,lv_size,data_percent,metadata_percent,lv_tags,"
                    + "lv_device_open,lv_merging,lv_snapshot_invalid,lv_time";
    /// What [#of] wants of `lvs --config`, whatever the host's own configuration says.
    static final String CONFIGURATION = "report { time_format=\"%Y-%m-%d %T %z\" binary_values_as_numeric=0 }";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z", Locale.ROOT);

    /// How full something is, in percent; `NaN` where that is not known.
    record Filled(double dataPercent, double metadataPercent) {
        static final Filled UNKNOWN = new Filled(Double.NaN, Double.NaN);

        private static Filled of(JsonNode row) {
            return new Filled(percent(row, "data_percent"), percent(row, "metadata_percent"));
        }

        private static double percent(JsonNode row, String column) {
            String text = row.path(column).asText();
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        }
    }

    /// @param isOpen whether anybody has the device open
    /// @param isMerging whether it is a snapshot that is being merged into its origin, or is to be
    /// @param isLost whether it is a snapshot that overflowed, and holds nothing any more
    record State(boolean isOpen, boolean isMerging, boolean isLost) {}

    /// All that `lvs --reportformat json --units b --nosuffix` shows.
    static List<LogicalVolume> of(String report) {
        List<LogicalVolume> volumes = new ArrayList<>();
        try {
            for (JsonNode row : JSON.readTree(report).path("report").path(0).path("lv")) {
                volumes.add(of(row));
            }
        } catch (JsonProcessingException | NumberFormatException | DateTimeException e) {
            throw new SnapshotException(
                    FailureReason.INTERNAL, "lvs: expected a report in JSON, found " + e.getMessage(), e);
        }
        return volumes;
    }

    private static LogicalVolume of(JsonNode row) {
        String tags = row.path("lv_tags").asText();
        return new LogicalVolume(
                row.path("vg_name").asText(),
                bare(row.path("lv_name")),
                bare(row.path("origin")),
                bare(row.path("pool_lv")),
                row.path("segtype").asText(),
                row.path("lv_size").asLong(),
                Filled.of(row),
                tags.isEmpty() ? List.of() : List.of(tags.split(",", -1)),
                new State(
                        row.path("lv_device_open").asText().equals("open"),
                        row.path("lv_merging").asText().equals("merging"),
                        row.path("lv_snapshot_invalid").asText().equals("snapshot invalid")),
                OffsetDateTime.parse(row.path("lv_time").asText(), TIME).toInstant());
    }

    /// Those that LVM hides are in brackets.
    private static String bare(JsonNode name) {
        return name.asText().replace("[", "").replace("]", "");
    }

    /// How much of a snapshot's own room is taken.
    long usedBytes() {
        return state.isLost() ? sizeBytes : Math.round(filled.dataPercent() / 100 * sizeBytes);
    }

    boolean isThin() {
        return segment.equals("thin");
    }

    /// As LVM's programs take it.
    String path() {
        return group + "/" + name;
    }

    String device() {
        return "/dev/" + path();
    }
}
