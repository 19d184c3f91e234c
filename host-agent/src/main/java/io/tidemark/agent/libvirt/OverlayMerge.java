package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/// Merges one overlay into the image below it and removes its file. Each round looks at the chain and at the
/// disk's job and does the one next step, so that it goes on wherever it, libvirt or QEMU was cut off, and
/// whether the domain is started or stopped meanwhile. One thread; the fields that are not final are what
/// moves.
final class OverlayMerge {
    private static final Logger LOG = Logger.getLogger(OverlayMerge.class);
    /// `VIR_DOMAIN_BLOCK_COMMIT_SHALLOW` and `_ACTIVE`, `VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT`.
    private static final int COMMIT_SHALLOW = 1;

    private static final int COMMIT_ACTIVE = 4;
    private static final int ABORT_PIVOT = 2;
    private static final int POLL_MILLIS = 50;
    /// libvirt needs a moment from the end of a job to its definition.
    private static final int ROUNDS_WITHOUT_JOB_MAX = 100;
    /// Five minutes and more.
    private static final int ROUNDS_WITHOUT_MOVE_MAX = 6_000;

    private final LibvirtConnection libvirt;
    private final DomainUuid domain;
    private final SnapshotMember member;
    private final Path overlay;
    private final CountDownLatch never = new CountDownLatch(1);
    private int roundsWithoutJob;
    private boolean isBegun;
    private boolean isAlone;
    private long cursor;
    private int roundsWithoutMove;

    OverlayMerge(LibvirtConnection libvirt, DomainUuid domain, SnapshotMember member) {
        this.libvirt = libvirt;
        this.domain = domain;
        this.member = member;
        this.overlay = OverlayFiles.file(member);
    }

    /// What one look finds to be done. Empty of work at rest: libvirt does it, and it is to be waited for.
    private record Round(boolean isMerged, @Nullable RestingMerge atRest) {}

    void run() {
        for (Round round = next(); !round.isMerged(); round = next()) {
            RestingMerge atRest = round.atRest();
            if (atRest == null) {
                pause();
            } else {
                atRest.run();
                libvirt.onDomain("merge overlay " + overlay, domain, handle -> {
                    atRest.finish(handle);
                    return domain;
                });
            }
        }
    }

    private Round next() {
        return libvirt.onDomain("merge overlay " + overlay, domain, handle -> {
            DiskChain chain = DiskChain.of(handle, Overlays.target(member));
            if (!chain.has(overlay)) {
                removeFile(handle, chain);
                return new Round(true, null);
            }
            Path below = below(chain);
            boolean isRunning = handle.isActive() == 1;
            DiskJob job = isRunning ? job(handle, chain, below) : DiskJob.NO_JOB;
            requireAlone(handle, chain, below);
            OverlayFiles.markMerging(overlay);
            if (isRunning) {
                runningStep(handle, chain, below, job);
                return new Round(false, null);
            }
            Overlays.requireOff(handle);
            return new Round(false, RestingMerge.of(chain, overlay, below));
        });
    }

    private Path below(DiskChain chain) {
        return chain.below(overlay)
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.SNAPSHOT_CHANGED,
                        "overlay " + overlay + ": expected an image below it, found " + chain.images()));
    }

    /// Once: a job that has begun is not left half done.
    private void requireAlone(Domain handle, DiskChain chain, Path below) throws LibvirtException {
        if (isAlone) {
            return;
        }
        OverlayFiles.removeFresh(overlay);
        List<String> needed = new ArrayList<>(Dependants.of(handle, chain, below));
        needed.addAll(Dependants.of(handle, chain, overlay));
        InternalTable.of(overlay, "qcow2").forEach(entry -> needed.add("snapshot " + entry.name() + " within it"));
        if (!needed.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    "overlay " + overlay + ": expected nothing else to stand on it or on " + below + ", found "
                            + String.join(", ", needed));
        }
        isAlone = true;
    }

    /// None, or one that may be our merge; whose it is cannot be told, and one of somebody else's that
    /// merges the same overlay is as good.
    private DiskJob job(Domain handle, DiskChain chain, Path below) throws LibvirtException {
        DiskJob job = DiskJob.of(handle, chain.disk().target());
        boolean mayBeOurs = switch (job.kind()) {
            case DiskJob.NONE, DiskJob.COMMIT -> true;
            case DiskJob.ACTIVE_COMMIT ->
                job.into().filter(into -> !into.equals(below)).isEmpty();
            default -> false;
        };
        if (!mayBeOurs) {
            throw new DomainBusy("disk " + chain.disk().target() + " of domain " + handle.getName()
                    + ": expected no job, found " + job);
        }
        if (job.kind() == DiskJob.NONE && !isBegun) {
            LibvirtHypervisor.requireNoJob("merge", handle);
        }
        return job;
    }

    private void runningStep(Domain handle, DiskChain chain, Path below, DiskJob job) throws LibvirtException {
        String target = chain.disk().target();
        boolean isTop = chain.top().equals(overlay);
        if (job.kind() == DiskJob.NONE) {
            withoutJob(handle, target, isTop ? null : below);
            return;
        }
        isBegun = true;
        roundsWithoutJob = 0;
        if (job.isReady() && isTop) {
            pivot(handle, target);
        }
        requireProgress(target, job);
    }

    /// @param inner the image below, if the overlay is not the top image
    private void withoutJob(Domain handle, String target, @Nullable Path inner) throws LibvirtException {
        if (!isBegun) {
            LOG.infof("overlay %s is merged into the image below it domainId=%s", overlay, domain);
            if (inner == null) {
                handle.blockCommit(target, null, null, 0, COMMIT_SHALLOW | COMMIT_ACTIVE);
            } else {
                handle.blockCommit(target, inner.toString(), overlay.toString(), 0, 0);
            }
            isBegun = true;
        } else if (++roundsWithoutJob > ROUNDS_WITHOUT_JOB_MAX) {
            throw new RequestRefused("overlay " + overlay
                    + ": expected it merged at the end of its job, found it on the disk still; libvirt's log says why");
        }
    }

    /// libvirt takes it as not ready between two of QEMU's words.
    private void pivot(Domain handle, String target) throws LibvirtException {
        try {
            handle.blockJobAbort(target, ABORT_PIVOT);
        } catch (LibvirtException e) {
            if (e.getError().getCode() != ErrorNumber.VIR_ERR_BLOCK_COPY_ACTIVE) {
                throw e;
            }
        }
    }

    private void requireProgress(String target, DiskJob job) {
        if (job.cursor() != cursor) {
            cursor = job.cursor();
            roundsWithoutMove = 0;
        } else if (++roundsWithoutMove > ROUNDS_WITHOUT_MOVE_MAX) {
            throw new DomainBusy("disk " + target + ": expected its job to move within " + ROUNDS_WITHOUT_MOVE_MAX
                    + " looks, found " + job);
        }
    }

    /// What stands on an image of the chain, is not in it and holds something of the guest was merged only if
    /// our mark says so: else the guest may have written to it behind libvirt's back. That and any other file
    /// is left.
    private void removeFile(Domain handle, DiskChain chain) throws LibvirtException {
        OverlayFiles.removeFresh(overlay);
        if (!Files.exists(overlay, LinkOption.NOFOLLOW_LINKS)) {
            OverlayFiles.unmarkMerging(overlay);
            return;
        }
        boolean isOfThisDisk = DiskChain.standing(overlay)
                .filter(standing -> chain.has(standing.on()))
                .isPresent();
        List<String> needed = Dependants.of(handle, chain, overlay);
        boolean isSpent = isOfThisDisk && (OverlayFiles.isMarkedMerging(overlay) || OverlayFiles.isEmpty(overlay));
        if (!needed.isEmpty() || !(isSpent || overlay.toFile().length() == 0)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "overlay " + overlay + ": expected it merged by us into " + chain.images() + ", found "
                            + (needed.isEmpty() ? "what a guest wrote, which may be nowhere else" : needed));
        }
        OverlayFiles.requireUnlocked(overlay);
        DomainImages.forgetBelow(handle, chain.disk().target(), overlay);
        OverlayFiles.delete(overlay);
        OverlayFiles.unmarkMerging(overlay);
    }

    private void pause() {
        try {
            never.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DomainBusy("merge of overlay " + overlay + ": interrupted, to be gone on with");
        }
    }
}
