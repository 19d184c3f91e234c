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
import java.util.Optional;

/// The demo's result: a table for people, JSON for machines.
record Report(List<ProvedPoint> points) {
    private static final String ROW = "%-2s %-8s %-12s %-4s %-28s %9s %9s %8s %9s  %s%n";

    private static final int POINTS_LEAST = 5;
    private static final int DISKS_LEAST = 2;
    private static final int INCREMENTS_LEAST = 3;
    private static final long INCREMENT_SLACK_BYTES = 1 << 20;

    boolean allProved() {
        return shortfalls().isEmpty();
    }

    /// What the demo promised and did not show, a sentence each.
    List<String> shortfalls() {
        List<String> shortfalls = new ArrayList<>();
        for (ProvedPoint point : points) {
            if (!point.proof().holds()) {
                shortfalls.add("point " + point.id() + " is not proved: "
                        + point.proof().detail());
            }
            if (point.disks().size() < DISKS_LEAST) {
                shortfalls.add("point " + point.id() + ": expected at least " + DISKS_LEAST + " disks, found "
                        + point.disks().size());
            }
        }
        if (points.size() < POINTS_LEAST) {
            shortfalls.add("expected at least " + POINTS_LEAST + " restore points, found " + points.size());
        }
        increments(shortfalls);
        return shortfalls;
    }

    private void increments(List<String> shortfalls) {
        Optional<ProvedPoint> full = points.stream().filter(ProvedPoint::isFull).findFirst();
        if (full.isEmpty()) {
            shortfalls.add("expected a point that is full on every disk, found none");
            return;
        }
        int counted = 0;
        for (ProvedPoint point : points) {
            Optional<String> excess = point.isIncremental() ? excess(point, full.get()) : Optional.empty();
            excess.ifPresent(shortfalls::add);
            counted += point.isIncremental() && point.scheduled() && excess.isEmpty() ? 1 : 0;
        }
        if (counted < INCREMENTS_LEAST) {
            shortfalls.add("expected at least " + INCREMENTS_LEAST + " incremental points, made by the schedule, that"
                    + " store no more than they may, found " + counted);
        }
    }

    /// What an increment stores too much, if it does.
    private static Optional<String> excess(ProvedPoint point, ProvedPoint full) {
        long dirtyMax = 2 * point.dirtyBytes() + INCREMENT_SLACK_BYTES;
        if (point.storedBytes() > dirtyMax) {
            return Optional.of("increment " + point.id() + ": expected at most twice its dirty bytes and 1 MiB stored, "
                    + dirtyMax + " bytes, found " + point.storedBytes());
        }
        if (point.storedBytes() >= full.storedBytes() / 4) {
            return Optional.of("increment " + point.id() + ": expected under a quarter of the full's stored bytes, "
                    + full.storedBytes() / 4 + ", found " + point.storedBytes());
        }
        return Optional.empty();
    }

    void write(Path file) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("allProved", allProved());
        json.put("points", points);
        Files.write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                ROW,
                "#",
                "point",
                "consistency",
                "disk",
                "level",
                "dirty",
                "stored",
                "freeze",
                "duration",
                "proof"));
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
