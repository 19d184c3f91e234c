package io.tidemark.system;

import io.tidemark.demo.RecordChecker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What backups of a guest that goes on writing must show, one after the other: both disks of a point are of one
/// instant, no point is older than the one before it, and the guest wrote while it was backed up.
final class LivePoints {
    private final RecordChecker checker;
    private final List<String> flaws = new ArrayList<>();
    private int live;
    private long newest;

    /// A backup, with what the guest had reported on its console before it was asked for and after it had ended.
    ///
    /// @param atMost no record above this one was begun before the end
    record Backup(String point, long reportedBefore, long reportedAfter, long atMost) {}

    LivePoints(RecordChecker checker) {
        this.checker = checker;
    }

    /// Judges the next point, in the order in which they were taken. Answers what is wrong with it, if anything is.
    Optional<String> judge(Backup backup, RestoredDisks disks) throws IOException {
        RecordChecker.Verdict verdict =
                checker.check(disks.vda(), disks.vdb(), backup.reportedBefore(), backup.atMost());
        Optional<String> flaw = flaw(verdict).map(why -> "point " + backup.point() + ": " + why);
        flaw.ifPresent(flaws::add);
        newest = Math.max(newest, verdict.newest());
        // a record that the point lacks was completed after it, and by the end of the backup
        if (flaw.isEmpty() && backup.reportedAfter() > verdict.newest()) {
            live++;
        }
        return flaw;
    }

    private Optional<String> flaw(RecordChecker.Verdict verdict) {
        if (!verdict.holds()) {
            return Optional.of(verdict.why());
        }
        return verdict.newest() < newest
                ? Optional.of("gone back: expected record " + newest + ", found " + verdict.newest() + " as the newest")
                : Optional.empty();
    }

    /// Whether disks of two points would pass for one point, as those would that two jobs of one disk each made.
    boolean takes(RestoredDisks one, RestoredDisks other) throws IOException {
        return checker.check(one.vda(), other.vdb(), 1, Long.MAX_VALUE).holds();
    }

    /// Backups without a flaw during which the guest completed a record that their point does not hold.
    int live() {
        return live;
    }

    List<String> flaws() {
        return List.copyOf(flaws);
    }
}
