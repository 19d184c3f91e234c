package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.VerificationReport.Finding;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.agent.repository.tree.Reach;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What must be true at the end of a history, when no session is open and two collections have run: each point that
/// was not pruned reads as it was written, and there is nothing that no point reaches.
record StressEnd(StressHistory history) {
    void check() {
        BlobRepository last = history.client();
        Set<RestorePointId> live = history.points.values().stream()
                .filter(StressPoint::isLive)
                .map(each -> each.key.point())
                .collect(Collectors.toSet());
        Set<RestorePointId> listed = history.vms.stream()
                .flatMap(vm -> last.points(vm).stream())
                .map(each -> each.key().point())
                .collect(Collectors.toSet());
        history.require(listed.equals(live), "points: expected " + live + ", found " + listed);
        history.points.values().stream().filter(StressPoint::isLive).forEach(point -> requireReadable(last, point));
        List<Finding> findings = Verification.of(last).run((_, _) -> {}).findings();
        history.require(findings.isEmpty(), "verification: " + findings);
        Set<String> packs = names("packs/");
        Set<String> reached = reached(last.parts());
        history.require(packs.equals(reached), "packs: expected " + reached + ", found " + packs);
        requireNoTombstones(last.parts());
    }

    private void requireReadable(BlobRepository repository, StressPoint point) {
        try (DiskReader disk = repository.openDisk(point.key, StressPoint.DISK)) {
            history.require(point.isSame(disk.read(0, StressPoint.SIZE_BYTES)), "other bytes of " + point);
        } catch (RepositoryException failed) {
            history.require(false, point + ": " + failed);
        }
    }

    private Set<String> names(String prefix) {
        return history.objects.objects.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toSet());
    }

    private Set<String> reached(Parts parts) {
        Reach reach = new Reach(parts.nodes);
        for (VmId vm : history.vms) {
            for (Commit commit : parts.log(vm).read().points()) {
                commit.record().disks().forEach(disk -> reach.add(disk.root(), StressPoint.SIZE_BYTES));
            }
        }
        return reach.packs().stream().map(pack -> PackNames.of(pack).text()).collect(Collectors.toSet());
    }

    /// Those of a collection that broke off may stay.
    private void requireNoTombstones(Parts parts) {
        Set<String> open = parts.registry.read().collections().stream()
                .map(id -> "tombstones/" + id)
                .collect(Collectors.toSet());
        Set<String> left = names("tombstones/");
        left.removeIf(name -> open.contains(name.substring(0, name.lastIndexOf('/'))));
        history.require(left.isEmpty(), "tombstones of ended collections: " + left);
    }
}
