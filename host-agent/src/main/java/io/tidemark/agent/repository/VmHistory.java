package io.tidemark.agent.repository;

import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that the log of a VM says of its points, in the order of their commits; removed ones are left out.
///
/// @param newestAttempt the greatest that the log names; lesser ones can no longer commit
public record VmHistory(VmId vm, @Nullable Attempt newestAttempt, List<Entry> points) {
    public VmHistory {
        points = List.copyOf(points);
    }

    /// A point, and what of it only its log says.
    ///
    /// @param session the write session that committed it
    /// @param host whom the commit names as its signer
    /// @param decoded what its writer had unpacked again by then
    /// @param roots of its disks, in their order
    public record Entry(RestorePoint point, SessionId session, HostId host, Decoding decoded, List<DiskRoot> roots) {
        public Entry {
            roots = List.copyOf(roots);
        }
    }

    public static VmHistory of(BlobRepository repository, VmId vm) {
        LogView view = repository.parts().log(vm).read();
        List<Entry> points =
                view.points().stream().map(commit -> entry(vm, commit)).toList();
        return new VmHistory(vm, view.newestAttempt().orElse(null), points);
    }

    private static Entry entry(VmId vm, Commit commit) {
        List<DiskRoot> roots =
                commit.record().disks().stream().map(RootedDisk::root).toList();
        return new Entry(
                BlobRepository.restorePoint(vm, commit),
                commit.record().session(),
                commit.record().host(),
                commit.record().decoded(),
                roots);
    }

    /// Requires that a point's host has signed its commit.
    public static void requireSigned(BlobRepository repository, PointKey key) {
        VmLog log = repository.parts().log(key.vm());
        log.read().commit(key.point()).ifPresent(log::signed);
    }
}
