package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.tree.Child;
import io.tidemark.agent.repository.tree.DiskTree;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Where a disk without a parent may have chunks stored already, at the same place: the VM's own newest point that
/// holds it, unless somebody asked for a full; and, where hosts trust one another, disks of other VMs' newest
/// points, as clones have. Of those a few of the same size are tried with the first chunks; the best go on. What
/// they miss costs bytes only. Safe for use by many threads.
final class Donors {
    private static final int VMS_MAX = 64;
    private static final int TRIED_MAX = 8;
    private static final int KEPT = 2;
    private static final int TRIAL_CHUNKS = 512;

    private final Proofs proofs;
    private final AtomicLong looks = new AtomicLong();
    /// Not final: fewer after the trial.
    private volatile List<Donor> donors;

    private static final class Donor {
        private final DiskTree tree;
        private final AtomicInteger hits = new AtomicInteger();
        private volatile boolean isDamaged;

        private Donor(DiskTree tree) {
            this.tree = tree;
        }

        private @Nullable Child chunk(long index) {
            try {
                return isDamaged ? null : tree.chunk(index);
            } catch (DamagedException damaged) {
                isDamaged = true; // or pruned and collected meanwhile
                return null;
            }
        }
    }

    private Donors(Proofs proofs, List<Donor> donors) {
        this.proofs = proofs;
        this.donors = donors;
    }

    /// Of the VM itself and, if hosts trust one another, of others.
    ///
    /// @param proofs proves what is found, in an open session
    static Donors of(Parts parts, Proofs proofs, VmId vm, DiskDescription disk, boolean isTrusted) {
        List<Donor> donors = new ArrayList<>();
        if (disk.reason() == null || !disk.reason().isAskedFor()) {
            own(parts, vm, disk).ifPresent(donors::add);
        }
        if (isTrusted) {
            addOthers(parts, vm, disk.sizeBytes(), donors);
        }
        return new Donors(proofs, List.copyOf(donors));
    }

    /// A log or tree that cannot be read has nothing to give.
    private static Optional<Donor> own(Parts parts, VmId vm, DiskDescription disk) {
        try {
            VmLog log = parts.log(vm);
            for (Commit commit : log.read().points().reversed()) {
                for (RootedDisk old : commit.record().disks()) {
                    if (isSame(old, disk)) {
                        log.signed(commit);
                        return Optional.of(new Donor(DiskTree.open(parts.nodes, old.root(), disk.sizeBytes())));
                    }
                }
            }
            return Optional.empty();
        } catch (RepositoryException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isSame(RootedDisk old, DiskDescription disk) {
        DiskDescription known = old.disk().description();
        return known.disk().equals(disk.disk())
                && known.sizeBytes() == disk.sizeBytes()
                && old.root().place() != null;
    }

    private static void addOthers(Parts parts, VmId vm, long sizeBytes, List<Donor> donors) {
        List<VmId> others = parts.registry.read().vms().reversed().stream()
                .filter(each -> !each.equals(vm))
                .limit(VMS_MAX)
                .toList();
        for (VmId other : others) {
            if (donors.size() < TRIED_MAX) {
                newest(parts, other).ifPresent(commit -> add(parts, commit, sizeBytes, donors));
            }
        }
    }

    /// A log that cannot be read has nothing to give.
    private static Optional<Commit> newest(Parts parts, VmId vm) {
        try {
            VmLog log = parts.log(vm);
            List<Commit> points = log.read().points();
            return points.isEmpty() ? Optional.empty() : Optional.of(log.signed(points.getLast()));
        } catch (RepositoryException unreadable) {
            return Optional.empty();
        }
    }

    private static void add(Parts parts, Commit commit, long sizeBytes, List<Donor> donors) {
        for (RootedDisk disk : commit.record().disks()) {
            if (disk.disk().description().sizeBytes() == sizeBytes
                    && disk.root().place() != null) {
                try {
                    donors.add(new Donor(DiskTree.open(parts.nodes, disk.root(), sizeBytes)));
                } catch (DamagedException damaged) {
                    // another one will do
                }
            }
        }
    }

    /// Where the same chunk is stored that the disk has at this place; null if no donor is known to have it.
    @Nullable
    Place find(long index, Digest id) {
        List<Donor> tried = donors;
        if (tried.size() > KEPT && looks.incrementAndGet() == TRIAL_CHUNKS) {
            donors = tried.stream()
                    .sorted(Comparator.comparingInt((Donor donor) -> donor.hits.get())
                            .reversed())
                    .limit(KEPT)
                    .toList();
        }
        Place found = null;
        for (Donor donor : tried) {
            Child chunk = donor.chunk(index);
            if (chunk != null
                    && chunk.id().equals(id)
                    && proofs.isProved(chunk.place().pack())) {
                donor.hits.incrementAndGet();
                found = chunk.place();
            }
        }
        return found;
    }
}
