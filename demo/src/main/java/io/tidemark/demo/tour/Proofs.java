package io.tidemark.demo.tour;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.RecordChecker;
import io.tidemark.demo.TinyGuest;
import io.tidemark.demo.tour.CheckerTrial.Pair;
import io.tidemark.demo.tour.Demo.Suspended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Restores every point to new images and judges them.
final class Proofs {
    private final Progress progress;
    private final Tidemark tidemark;
    private final TinyGuest guest;
    private final RecordLog log;
    private final Path folder;

    Proofs(Progress progress, Tidemark tidemark, TinyGuest guest, RecordLog log, Path folder) {
        this.progress = progress;
        this.tidemark = tidemark;
        this.guest = guest;
        this.log = log;
        this.folder = folder;
    }

    /// `full` for each disk of the point, with its reason, or `incremental`.
    static String levels(JsonNode point) {
        StringJoiner text = new StringJoiner(", ");
        for (JsonNode disk : point.path("disks")) {
            String reason = disk.path("reason").asText("");
            text.add(disk.path("target").asText() + " " + disk.path("level").asText()
                    + (reason.isEmpty() ? "" : " (" + reason + ")"));
        }
        return text.toString();
    }

    Report proveAll(List<JsonNode> points, Suspended suspended) throws IOException, InterruptedException {
        List<ProvedPoint> proved = new ArrayList<>();
        List<Pair> live = new ArrayList<>();
        long newestBefore = 0;
        for (JsonNode point : points) {
            String id = point.path("id").asText();
            Pair images = restore(id);
            ProvedPoint.Proof proof;
            if (id.equals(suspended.point())) {
                proof = wholeDisks(images, suspended);
            } else {
                RecordChecker.Verdict verdict = judge(point, images);
                proof = records(verdict, newestBefore);
                newestBefore = Math.max(newestBefore, verdict.newest());
                live.add(images);
            }
            proved.add(proved(point, tidemark.isScheduled(point), proof));
            progress.say("restored and " + (proof.holds() ? "proved" : "NOT PROVED") + ": point " + id.substring(0, 8)
                    + ", " + proof.detail());
        }
        tryTheChecker(live);
        return new Report(proved);
    }

    private Pair restore(String point) throws IOException, InterruptedException {
        Map<String, Path> images = new LinkedHashMap<>();
        images.put("vda", folder.resolve(point + "-vda.raw"));
        images.put("vdb", folder.resolve(point + "-vdb.raw"));
        tidemark.restore(point, Demo.REPOSITORY, images);
        return new Pair(images.get("vda"), images.get("vdb"));
    }

    private RecordChecker.Verdict judge(JsonNode point, Pair images) throws IOException {
        RecordLog.Window window = log.around(Instant.parse(point.path("takenAt").asText()));
        return guest.checker().check(images.first(), images.second(), window.atLeast(), window.atMost());
    }

    /// A point without a record of its own proves nothing about increments, so it does not hold.
    private static ProvedPoint.Proof records(RecordChecker.Verdict verdict, long newestBefore) {
        if (!verdict.holds()) {
            return new ProvedPoint.Proof("records", false, verdict.why());
        }
        boolean isNewer = verdict.newest() > newestBefore;
        return new ProvedPoint.Proof(
                "records",
                isNewer,
                isNewer ? "newest " + verdict.newest() : "no record since the point before, " + newestBefore);
    }

    private static ProvedPoint.Proof wholeDisks(Pair images, Suspended suspended) throws IOException {
        boolean first = WholeDisk.sha256(images.first())
                .equals(suspended.sha256ByTarget().get("vda"));
        boolean second = WholeDisk.sha256(images.second())
                .equals(suspended.sha256ByTarget().get("vdb"));
        String detail = first && second ? "both disks equal their source" : "vda equal: " + first + ", vdb: " + second;
        return new ProvedPoint.Proof("sha256", first && second, detail);
    }

    private void tryTheChecker(List<Pair> live) throws IOException {
        CheckerTrial trial = new CheckerTrial(guest.checker(), TinyGuest.FILLED_BYTES, folder);
        List<String> unnoticed = trial.unnoticed(live.getFirst(), live.getLast());
        if (!unnoticed.isEmpty()) {
            throw new IOException(
                    "record checker: expected it to refuse every planted fault, found that it took " + unnoticed);
        }
        progress.say("the checker refused a torn, an old and a swapped image, and one flipped byte");
        for (Pair pair : live) {
            Files.deleteIfExists(pair.first());
            Files.deleteIfExists(pair.second());
        }
    }

    private static ProvedPoint proved(JsonNode point, boolean isScheduled, ProvedPoint.Proof proof) {
        List<ProvedPoint.DiskLine> disks = new ArrayList<>();
        for (JsonNode disk : point.path("disks")) {
            String reason = disk.path("reason").asText("");
            disks.add(new ProvedPoint.DiskLine(
                    disk.path("target").asText(),
                    disk.path("level").asText(),
                    reason.isEmpty() ? null : reason,
                    disk.path("dirtyBytes").asLong(),
                    disk.path("storedBytes").asLong()));
        }
        return new ProvedPoint(
                point.path("id").asText(),
                point.path("vm").asText(),
                point.path("takenAt").asText(),
                isScheduled,
                point.path("consistency").asText(),
                point.path("freezeMillis").asLong(),
                point.path("durationMillis").asLong(),
                disks,
                proof);
    }
}
