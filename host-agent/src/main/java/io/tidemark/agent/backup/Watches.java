package io.tidemark.agent.backup;

import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.epoch.ImageLineage;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What this host knows of its domains beside what their bitmaps say.
///
/// @param begins is told of each point in time that is taken
/// @param doubts what makes bitmaps prove nothing though they record
/// @param rest watches the images of domains that are off
/// @param lineage which images go on what others began
public record Watches(PointBegins begins, EpochDoubts doubts, RestWatch rest, ImageLineage lineage) {
    /// Where no image goes on another.
    public Watches(PointBegins begins, EpochDoubts doubts, RestWatch rest) {
        this(begins, doubts, rest, ImageLineage.inMemory());
    }

    /// The domain with each image named by the first of its line, as epochs know it.
    DomainView inLineage(DomainView domain) {
        return new DomainView(
                domain.uuid(),
                domain.name(),
                domain.state(),
                domain.disks().stream()
                        .map(disk -> disk.withIdentity(disk.imageIdentity().map(lineage::of)))
                        .toList());
    }

    /// Why a checkpoint's bitmaps prove nothing on these disks although they record, by target; none is absent. A
    /// doubt goes with the disk to another target. One that an earlier build wrote down is of the target, and from
    /// now on of the disk there.
    public Map<String, Reason> doubted(DomainUuid domain, String checkpoint, List<DomainDisk> disks) {
        Set<String> names = new HashSet<>();
        disks.forEach(disk -> names.addAll(List.of(disk.lastingName(), disk.target())));
        Map<String, Reason> known = doubts.of(domain, checkpoint, names);
        Map<String, Reason> found = new HashMap<>();
        for (DomainDisk disk : disks) {
            Reason ofDisk = known.get(disk.lastingName());
            Reason reason = ofDisk == null ? known.get(disk.target()) : ofDisk;
            if (reason != null) {
                found.put(disk.target(), reason);
            }
            if (reason != null && ofDisk == null) {
                doubts.doubt(domain, disk.lastingName(), List.of(checkpoint), reason);
            }
        }
        return found;
    }

    /// Doubts the checkpoints' bitmaps on one disk of the domain; without effect if it has no such target.
    public void doubt(DomainView domain, String target, Collection<String> checkpoints, Reason reason) {
        for (DomainDisk disk : domain.disks()) {
            if (disk.target().equals(target)) {
                doubts.doubt(domain.uuid(), disk.lastingName(), checkpoints, reason);
            }
        }
    }

    /// Runs a write of ours to images of a domain that is off, which marks every bitmap in an image as in use while
    /// it lasts. Whoever looks at the domain meanwhile waits for the watch before the look ends, and finds the
    /// count of begins moved then.
    ///
    /// @return whether nothing was changed by others
    public boolean writeAtRest(DomainView off, Runnable write) {
        begins.moved(off.uuid());
        return rest.write(off, () -> {
            try {
                write.run();
            } finally {
                begins.moved(off.uuid());
            }
        });
    }
}
