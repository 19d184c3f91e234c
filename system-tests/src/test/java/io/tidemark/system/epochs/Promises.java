package io.tidemark.system.epochs;

import io.tidemark.orchestrator.query.EpochAnswer;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What must not happen, held against the VM as it really is at each instant.
///
/// - No stale token: a token is given only if its epoch was valid at an instant between question and answer.
/// - No lost change: the bitmap of an increment names every granule that differs from the parent.
/// - No torn point: what is read of a VM that is off is all of one instant.
/// - Every break is told: in the end, no epoch lives whose bitmap does not tell the truth.
/// - No needless end: what was seen after a point does not end its epoch as long as that was valid throughout.
final class Promises {
    private final TrueVm vm;
    private final Map<RestorePointId, TruePoint> points = new LinkedHashMap<>();
    private final Map<String, Holder> tokens = new HashMap<>();
    private final Map<QueryId, Question> open = new LinkedHashMap<>();
    /// Not final: counts.
    private long given;

    private record Holder(TruePoint point, String serial) {}

    private record Question(String serial, Set<RestorePointId> validOnce) {}

    Promises(TrueVm vm) {
        this.vm = vm;
    }

    long given() {
        return given;
    }

    TruePoint point(RestorePointId id) {
        return Objects.requireNonNull(points.get(id));
    }

    List<TruePoint> points() {
        return new ArrayList<>(points.values());
    }

    /// Something has happened.
    void instant() {
        for (TruePoint point : points.values()) {
            for (String serial : point.disks().keySet()) {
                if (!point.isValid(vm, serial)) {
                    point.touched().add(serial);
                } else {
                    open.values().stream()
                            .filter(question -> question.serial().equals(serial))
                            .forEach(question -> question.validOnce().add(point.id()));
                }
            }
        }
    }

    /// From now on the agent may think worse of the disk's bitmaps than it has to.
    void touched(String serial) {
        points.values().forEach(point -> point.touched().add(serial));
    }

    void begun(TruePoint point) {
        points.put(point.id(), point);
    }

    void increment(String serial, TruePoint parent) {
        if (!parent.isTold(vm, serial)) {
            throw new AssertionError("lost change: disk " + serial + " is backed up as an increment on " + parent);
        }
    }

    /// The disks of a VM that is off were read from the point until now.
    void readAtRest(TruePoint point) {
        point.disks().forEach((serial, disk) -> {
            if (!vm.top(serial).copied().equals(disk.content())) {
                throw new AssertionError("torn point: disk " + serial + " was changed while " + point + " was read");
            }
        });
    }

    void token(String token, TruePoint point, String serial) {
        tokens.put(token, new Holder(point, serial));
    }

    void asked(QueryId question, String serial) {
        open.put(question, new Question(serial, new HashSet<>()));
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
                throw new AssertionError("stale token: question about disk " + question.serial() + " was given that of "
                        + holder.point() + " on disk " + holder.serial());
            }
        }
    }

    /// @param seenAfter the instant after which it was seen
    void ended(TruePoint point, String serial, Reason reason, long seenAfter) {
        boolean mayErr = reason == Reason.CHANGED_OFFLINE || reason == Reason.REVERTED_OR_RESTORED;
        if (!mayErr && !point.touched().contains(serial) && seenAfter > point.number()) {
            throw new AssertionError("needless end: " + point + " on disk " + serial + " for " + reason);
        }
    }

    void livesInTheEnd(TruePoint point, String serial) {
        if (!point.isValid(vm, serial)) {
            throw new AssertionError("break not told: the epoch of " + point + " on disk " + serial + " lives");
        }
    }
}
