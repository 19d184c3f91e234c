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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Where a disk may have chunks stored already, at the same place, that its parent has not: in the VM's own
/// newest point that holds it, unless somebody asked for a full; and, for a disk without a parent and where
/// hosts trust one another, in disks of other VMs' newest points, as clones have. Of those a few of the same
/// size are tried with the first chunks; the best go on. What they miss costs bytes only. Safe for use by many
/// threads.
final class Donors {
    private static final int VMS_MAX = 64;
    private static final int TRIED_MAX = 8;
    private static final int KEPT = 2;
    private static final int TRIAL_CHUNKS = 512;

    private final Proofs proofs;
    /// How many go on after the trial: one more where the first is the VM's own.
    private final int kept;

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

    private Donors(Proofs proofs, List<Donor> donors, int kept) {
        this.proofs = proofs;
        this.donors = donors;
        this.kept = kept;
    }

    /// Whose points may be looked at.
    enum Scope {
        /// The VM's own that this host has written: another one's chunks are what it says they are only if it is
        /// trusted.
        THIS_HOST,
        THIS_VM,
        ALL_VMS
    }

    /// @param proofs proves what is found, in an open session
    static Donors of(Parts parts, Proofs proofs, WriteRequest request, DiskDescription disk, Scope scope) {
        List<Donor> donors = new ArrayList<>();
        if (!request.isIndependent()) {
            own(parts, request, disk, scope).ifPresent(donors::add);
        }
        boolean hasOwn = !donors.isEmpty();
        if (scope == Scope.ALL_VMS) {
            addOthers(parts, request.vm(), disk.sizeBytes(), donors);
        }
        return new Donors(proofs, List.copyOf(donors), hasOwn ? KEPT + 1 : KEPT);
    }

    /// None where that is the parent, which is looked at first and without proofs. A log or tree that cannot be
    /// read has nothing to give.
    private static Optional<Donor> own(Parts parts, WriteRequest request, DiskDescription disk, Scope scope) {
        try {
            VmLog log = parts.log(request.vm());
            return log.read().points().reversed().stream()
                    .filter(commit -> same(commit, disk).isPresent())
                    .findFirst()
                    .filter(commit -> !commit.record().point().equals(request.parent()))
                    .filter(commit ->
                            scope != Scope.THIS_HOST || commit.record().host().equals(parts.signatures.self()))
                    .map(log::signed)
                    .flatMap(commit -> same(commit, disk))
                    .map(old -> new Donor(DiskTree.open(parts.nodes, old.root(), disk.sizeBytes())));
        } catch (RepositoryException unreadable) {
            return Optional.empty();
        }
    }

    /// The disk as the commit has it in this size; none if all of it is zero there.
    private static Optional<RootedDisk> same(Commit commit, DiskDescription disk) {
        return commit.record().disks().stream()
                .filter(old -> old.disk().description().disk().equals(disk.disk())
                        && old.disk().description().sizeBytes() == disk.sizeBytes()
                        && old.root().place() != null)
                .findFirst();
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

    /// Where the same chunk is stored that the disk has at this place, in the VM's own point before others';
    /// null if no donor is known to have it.
    ///
    /// @param quarantined takes nothing from these
    @Nullable
    Place find(long index, Digest id, Set<PackId> quarantined) {
        List<Donor> tried = donors;
        if (tried.size() > kept && looks.incrementAndGet() == TRIAL_CHUNKS) {
            donors = best(tried);
        }
        for (Donor donor : tried) {
            Child chunk = donor.chunk(index);
            if (chunk != null
                    && chunk.id().equals(id)
                    && !quarantined.contains(chunk.place().pack())
                    && proofs.isProved(chunk.place().pack())) {
                donor.hits.incrementAndGet();
                return chunk.place();
            }
        }
        return null;
    }

    /// The VM's own stays the first, whatever it had.
    private List<Donor> best(List<Donor> tried) {
        int own = kept - KEPT;
        List<Donor> best = new ArrayList<>(tried.subList(0, own));
        tried.stream()
                .skip(own)
                .sorted(Comparator.comparingInt((Donor donor) -> donor.hits.get())
                        .reversed())
                .limit(KEPT)
                .forEach(best::add);
        return List.copyOf(best);
    }
}
