package io.tidemark.system.epochs;

import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Reads points back from the repository and holds them against what the disks really held. Fields that are not
/// final are counts.
final class RealProofs {
    private final Repository repository;
    private final List<Proved> points = new ArrayList<>();
    private final Map<Reason, Integer> fulls = new EnumMap<>(Reason.class);
    private int increments;

    private record Proved(RealPoint point, BackupCompleted completed) {}

    RealProofs(Repository repository) {
        this.repository = repository;
    }

    int points() {
        return points.size();
    }

    int increments() {
        return increments;
    }

    /// Disks that were backed up full, by why.
    Map<Reason, Integer> fulls() {
        return fulls;
    }

    /// A point is committed: no change is lost, and no bitmap was believed that lies.
    void committed(RealPoint point, BackupCompleted completed) {
        for (DiskResult disk : completed.disks()) {
            if (disk.reason() == Reason.SAMPLE_MISMATCH) {
                throw new AssertionError("lost change, found by samples: " + point + " on disk " + disk.target());
            }
            if (disk.level() == Level.INCREMENTAL) {
                increments++;
            } else {
                fulls.merge(Objects.requireNonNull(disk.reason()), 1, Integer::sum);
            }
        }
        var proved = new Proved(point, completed);
        points.add(proved);
        requireWhole(proved);
    }

    /// What came later has changed no point.
    void allStand() {
        points.forEach(this::requireWhole);
    }

    private void requireWhole(Proved proved) {
        for (DiskResult disk : proved.completed().disks()) {
            String serial = RealDomain.SERIALS.stream()
                    .filter(each -> OneVmOnOneHost.disk(each).equals(disk.disk()))
                    .findFirst()
                    .orElseThrow();
            DiskContent then =
                    Objects.requireNonNull(proved.point().disks().get(serial)).content();
            String difference = then.difference(read(proved, disk));
            if (!difference.isEmpty()) {
                throw new AssertionError("lost change: " + proved.point() + " on disk " + serial + ", "
                        + disk.level().code() + ": " + difference);
            }
        }
    }

    private byte[] read(Proved proved, DiskResult disk) {
        var key = new PointKey(OneVmOnOneHost.VM, proved.point().id());
        try (DiskReader reader = repository.openDisk(key, disk.disk())) {
            return reader.read(0, (int) reader.sizeBytes());
        }
    }
}
