package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.epoch.Verdict.Valid;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Ends each live epoch that a report of the VM's own host disproves. Every report is judged anew, so that one that
/// was lost is made good by the next. A disk that its host no longer names has no epoch, or its newest point would
/// be kept for ever.
@ApplicationScoped
final class EpochWatch implements InventoryListener {
    private static final Logger LOG = Logger.getLogger(EpochWatch.class);

    private final Hosts hosts;
    private final EpochBook book;

    EpochWatch(Hosts hosts, EpochBook book) {
        this.hosts = hosts;
        this.book = book;
    }

    @Override
    public void reported(Vm vm, VmReport report) {
        Map<DiskId, Disk> present = hosts.disks(vm.id()).stream()
                .filter(Disk::present)
                .collect(Collectors.toMap(Disk::id, Function.identity()));
        for (Numbered live : book.live(vm.id())) {
            Disk disk = present.get(live.epoch().disk());
            Verdict verdict = disk == null
                    ? new Broken(Reason.NOT_TRACKED, "the VM's host does not report the disk any more", 0)
                    : EpochJudge.judge(EpochClaim.of(live, disk.target()), report);
            switch (verdict) {
                case Broken broken -> end(live, toldWhere(live, vm, broken));
                case Valid _ -> seen(live, vm, disk);
                case Unknown _ -> {}
            }
        }
    }

    private void end(Numbered live, Broken broken) {
        LOG.infof(
                "VM %s: an epoch ends: %s: %s",
                live.epoch().vm(), broken.reason().code(), broken.detail());
        book.end(EpochBook.Key.of(live.epoch()), broken);
    }

    /// A bitmap that was valid on one host and is missing on the next has not come along.
    private static Broken toldWhere(Numbered live, Vm vm, Broken broken) {
        HostId before = live.seenOn();
        if (broken.reason() != Reason.BITMAP_MISSING || before == null || before.equals(vm.host())) {
            return broken;
        }
        return new Broken(
                Reason.BITMAP_NOT_MIGRATED,
                broken.detail() + "; the VM was on host " + before + " and is on host " + vm.host() + " by now",
                broken.diskBytes());
    }

    /// A bitmap that came along with its VM records, but what the first host knew against it did not come: an image
    /// that was changed before its last start there, say, of which that host had not told yet.
    private void seen(Numbered live, Vm vm, @Nullable Disk disk) {
        HostId host = vm.host();
        HostId before = live.seenOn();
        if (host == null || host.equals(before)) {
            return;
        }
        if (before == null) {
            book.seen(live, host);
            return;
        }
        end(
                live,
                new Broken(
                        Reason.BITMAP_NOT_MIGRATED,
                        "the bitmap came along from host " + before + " to host " + host
                                + ", and what the first knew against it did not",
                        disk == null ? 0 : disk.virtualSizeBytes()));
    }
}
