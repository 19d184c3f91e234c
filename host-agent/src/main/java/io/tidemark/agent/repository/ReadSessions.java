package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.NotPermitted;
import io.tidemark.agent.repository.log.LogRecord.ReadOpened;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.ReadRules;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.ChunkFetch;
import io.tidemark.agent.repository.tree.DiskTree;
import io.tidemark.schemas.id.DiskId;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Reads disks, each in a read session that keeps its point from being collected.
record ReadSessions(Parts parts, Storage storage) {
    private static final Logger LOG = Logger.getLogger(ReadSessions.class);

    DiskReader open(PointKey key, DiskId disk) {
        VmLog log = parts.log(key.vm());
        Runnable end = reading(log, key);
        try {
            Commit commit = log.signed(log.read().commit(key.point()).orElseThrow());
            RootedDisk rooted = disk(commit, key, disk);
            long sizeBytes = rooted.disk().description().sizeBytes();
            DiskTree tree = DiskTree.open(parts.nodes, rooted.root(), sizeBytes);
            String name = "disk " + disk + " of point " + key.point();
            return new TreeDiskReader(name, tree, new ChunkFetch(parts.packs, parts.chunkIds), end);
        } catch (RuntimeException failed) {
            end.run();
            throw failed;
        }
    }

    /// Opens a read session; what ends it. Where nothing may be written there is none: what is collected meanwhile
    /// is found missing then, and ends the reading with an error.
    private Runnable reading(VmLog log, PointKey key) {
        SessionId session = new SessionId(storage.ids().get());
        var record = new ReadOpened(session, key.point(), storage.clock().instant());
        try {
            log.append(view -> {
                ReadRules.requireMayOpen(view, key);
                return Optional.of(record);
            });
        } catch (NotPermitted readOnly) {
            ReadRules.requireMayOpen(log.read(), key);
            LOG.warnf(
                    "point %s is read without a note of it, as nothing may be written: let nobody delete points or"
                            + " collect meanwhile. %s",
                    key.point(), readOnly.getMessage());
            return () -> {};
        }
        return () -> BlobRepository.close(log, session);
    }

    private static RootedDisk disk(Commit commit, PointKey key, DiskId disk) {
        return commit.record().disks().stream()
                .filter(each -> each.disk().description().disk().equals(disk))
                .findFirst()
                .orElseThrow(() -> new NoSuchPoint(
                        "Disk " + disk + " of point " + key.point() + ": expected a disk of it, found none"));
    }
}
