package io.tidemark.system.epochs;

import io.tidemark.orchestrator.query.EpochAnswer;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What must not happen on a real host, held against what was really done to it at each instant.
///
/// - No stale token: a token is given only if its epoch was valid at an instant between question and answer.
/// - Nothing uncounted: a bitmap that is good names at least as much as differs from its point.
/// - Every break is told: in the end, no epoch lives whose bitmap does not tell the truth.
/// - No needless end: an epoch that was valid throughout ends only where the agent has reason to doubt.
final class RealPromises {
    private final RealDomain domain;
    private final Map<RestorePointId, RealPoint> points = new LinkedHashMap<>();
    private final Map<String, Holder> tokens = new HashMap<>();
    private final Map<QueryId, Question> open = new LinkedHashMap<>();
    /// Not final: counts.
    private long given;

    private long counted;

    private record Holder(RealPoint point, String serial) {}

    private record Question(String serial, TrackerId tracker, Set<RestorePointId> validOnce) {}

    RealPromises(RealDomain domain) {
        this.domain = domain;
    }

    /// Questions that were answered with a token.
    long given() {
        return given;
    }

    /// Bitmaps whose count was held against what differs.
    long counted() {
        return counted;
    }

    List<RealPoint> points() {
        return new ArrayList<>(points.values());
    }

    /// Something has happened.
    void instant() {
        for (RealPoint point : points.values()) {
            for (String serial : point.disks().keySet()) {
                if (!point.isValid(domain, serial)) {
                    point.touched().add(serial);
                } else {
                    open.values().stream()
                            .filter(question -> question.serial().equals(serial)
                                    && question.tracker().equals(point.tracker()))
                            .forEach(question -> question.validOnce().add(point.id()));
                }
            }
        }
    }

    /// From now on the agent may think worse of the disk's bitmaps than it has to.
    void touched(String serial) {
        points.values().forEach(point -> point.touched().add(serial));
    }

    /// Checkpoints go, with their bitmaps in images below, which counts as a change of these: see ADR 14.
    void checkpointsGo() {
        RealDomain.SERIALS.stream()
                .filter(serial -> domain.top(serial).layers() > 1)
                .forEach(this::touched);
    }

    void begun(RealPoint point) {
        points.put(point.id(), point);
        instant();
    }

    void token(String token, RealPoint point, String serial) {
        tokens.put(token, new Holder(point, serial));
    }

    void asked(QueryId question, String serial, TrackerId tracker) {
        open.put(question, new Question(serial, tracker, new HashSet<>()));
        instant();
    }

    Set<QueryId> open() {
        return new HashSet<>(open.keySet());
    }

    void answered(QueryId id, EpochAnswer answer) {
        instant();
        Question question = Objects.requireNonNull(open.remove(id));
        if (answer instanceof EpochAnswer.Valid valid) {
            given++;
            Holder holder = Objects.requireNonNull(tokens.get(valid.token()));
            if (!holder.serial().equals(question.serial())
                    || !question.validOnce().contains(holder.point().id())) {
                throw new AssertionError("stale token: question about disk " + question.serial() + " for "
                        + question.tracker() + " was given that of " + holder.point() + " on disk "
                        + holder.serial());
            }
        }
    }

    /// What was seen just now, with counts.
    void observed(VmReport report) {
        for (DiskReport disk : report.disks()) {
            String serial = String.valueOf(disk.serial());
            List<BitmapReport> bitmaps = Objects.requireNonNullElse(disk.bitmaps(), List.of());
            for (RealPoint point : points.values()) {
                bitmaps.stream()
                        .filter(bitmap -> bitmap.checkpoint().equals(point.checkpoint())
                                && bitmap.state() == BitmapState.RECORDING
                                && bitmap.dirtyBytes() != null
                                && point.isValid(domain, serial))
                        .forEach(bitmap -> counted(point, serial, bitmap));
            }
        }
    }

    private void counted(RealPoint point, String serial, BitmapReport bitmap) {
        counted++;
        DiskContent then = Objects.requireNonNull(point.disks().get(serial)).content();
        long changed = domain.top(serial).content.changedBytes(then, bitmap.granularityBytes());
        long dirty = Objects.requireNonNull(bitmap.dirtyBytes());
        if (dirty < changed) {
            throw new AssertionError("uncounted: the bitmap of " + point + " on disk " + serial + " names " + dirty
                    + " bytes, expected at least " + changed);
        }
    }

    /// @param seenAfter the instant after which it was seen
    void ended(RealPoint point, String serial, Reason reason, long seenAfter) {
        if (!point.touched().contains(serial) && seenAfter > point.number()) {
            throw new AssertionError("needless end: " + point + " on disk " + serial + " for " + reason.code());
        }
    }

    void livesInTheEnd(RealPoint point, String serial) {
        if (!point.isValid(domain, serial)) {
            throw new AssertionError("break not told: the epoch of " + point + " on disk " + serial + " lives");
        }
    }
}
