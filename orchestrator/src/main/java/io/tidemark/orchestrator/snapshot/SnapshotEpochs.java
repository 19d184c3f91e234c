package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Ends the epochs of volumes that are put back, of every tracker. The caller holds the VM's lock.
@ApplicationScoped
final class SnapshotEpochs {
    private static final Logger LOG = Logger.getLogger(SnapshotEpochs.class);

    private final EpochBook book;
    private final Hosts hosts;

    SnapshotEpochs(EpochBook book, Hosts hosts) {
        this.book = book;
        this.hosts = hosts;
    }

    /// Without a VM, or without a live epoch, this changes nothing and tells nothing.
    void end(Snapshot snapshot) {
        VmId vm = snapshot.vm();
        if (vm == null) {
            return;
        }
        Set<DiskId> untouched = untouched(vm, snapshot);
        for (Numbered live : book.live(vm)) {
            if (!untouched.contains(live.epoch().disk())) {
                String detail =
                        "the disk is put back to snapshot " + snapshot.order().name() + " (" + snapshot.id() + ")";
                LOG.infof("VM %s: an epoch ends: %s: %s", vm, Reason.REVERTED_OR_RESTORED.code(), detail);
                book.end(
                        new EpochBook.Key(vm, live.epoch().disk(), live.epoch().tracker()),
                        new Broken(Reason.REVERTED_OR_RESTORED, detail, 0));
            }
        }
    }

    /// Disks that surely are none of the snapshot's. One that is not under its target any more may be any.
    private Set<DiskId> untouched(VmId vm, Snapshot snapshot) {
        Set<String> touched = snapshot.members().stream()
                .map(SnapshotMember::target)
                .flatMap(Stream::ofNullable)
                .collect(Collectors.toSet());
        Set<String> present =
                hosts.disks(vm).stream().filter(Disk::present).map(Disk::target).collect(Collectors.toSet());
        if (touched.isEmpty() || !present.containsAll(touched)) {
            return Set.of();
        }
        return hosts.disks(vm).stream()
                .filter(disk -> disk.present() && !touched.contains(disk.target()))
                .map(Disk::id)
                .collect(Collectors.toSet());
    }
}
