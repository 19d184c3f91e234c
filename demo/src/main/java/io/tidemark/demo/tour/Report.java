package io.tidemark.demo.tour;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The demo's result: a table for people, JSON for machines.
record Report(List<ProvedPoint> points) {
    private static final String ROW = "%-2s %-8s %-12s %-4s %-28s %9s %9s %8s %9s  %s%n";

    boolean allProved() {
        return !points.isEmpty() && points.stream().allMatch(point -> point.proof().holds());
    }

    void write(Path file) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("allProved", allProved());
        json.put("points", points);
        Files.write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, ROW, "#", "point", "consistency", "disk", "level", "dirty", "stored", "freeze",
                "duration", "proof"));
        text.append("-".repeat(132)).append('\n');
        for (int index = 0; index < points.size(); index++) {
            rows(index + 1, points.get(index)).forEach(text::append);
        }
        return text.toString();
    }

    private static List<String> rows(int number, ProvedPoint point) {
        List<String> rows = new ArrayList<>();
        for (ProvedPoint.DiskLine disk : point.disks()) {
            boolean isFirst = rows.isEmpty();
            ProvedPoint.Proof proof = point.proof();
            rows.add(String.format(
                    Locale.ROOT,
                    ROW,
                    isFirst ? number : "",
                    isFirst ? point.id().substring(0, 8) : "",
                    isFirst ? point.consistency() : "",
                    disk.target(),
                    disk.level() + (disk.reason() == null ? "" : " (" + disk.reason() + ")"),
                    mebibytes(disk.dirtyBytes()),
                    mebibytes(disk.storedBytes()),
                    isFirst ? point.freezeMillis() + " ms" : "",
                    isFirst ? point.durationMillis() + " ms" : "",
                    isFirst ? (proof.holds() ? "holds: " : "FAILS: ") + proof.method() + ", " + proof.detail() : ""));
        }
        return rows;
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f MiB", bytes / 1048576.0);
    }
}
