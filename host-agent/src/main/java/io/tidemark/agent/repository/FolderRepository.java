package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.log.LogRecord.Closed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MappedDisk;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.Removed;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.ChunkMap;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// A repository of version 0 in a folder of a local file system, for demonstration only. Chunks are deduplicated
/// within a write session and against the parent's chunk at the same place.
public final class FolderRepository implements Repository {
    private static final Logger LOG = Logger.getLogger(FolderRepository.class);

    private final Path root;
    private final FolderFiles files;
    private final Map<VmId, VmLog> logs = new ConcurrentHashMap<>();

    public FolderRepository(Path root) {
        this(root, StepGate.OPEN);
    }

    FolderRepository(Path root, StepGate gate) {
        this.root = root;
        this.files = new FolderFiles(root, gate);
    }

    @Override
    public void create() {
        files.createFolder("");
        files.createFolder(FolderLayout.TEMPORARY);
        files.createFolder(FolderLayout.INCARNATION);
        files.createFolder(FolderLayout.VMS);
        files.createIfAbsent(FolderLayout.incarnation(1), new byte[0]);
        files.createIfAbsent(FolderLayout.HEADER, FolderLayout.HEADER_TEXT.getBytes(StandardCharsets.UTF_8));
        requireRepository();
    }

    @Override
    public List<VmId> vms() {
        requireRepository();
        return files.list(FolderLayout.VMS).stream().map(VmId::of).toList();
    }

    @Override
    public List<RestorePoint> points(VmId vm) {
        return log(vm).read().remaining().stream()
                .map(commit -> restorePoint(vm, commit))
                .toList();
    }

    @Override
    public void remove(PointKey key) {
        VmLog log = log(key.vm());
        log.append(view -> {
            if (!view.isCommitted(key.point())) {
                throw new NoSuchPoint(
                        "Point " + key.point() + " of VM " + key.vm() + ": expected a commit, found none");
            }
            return view.isRemoved(key.point()) ? Optional.empty() : Optional.of(new Removed(key.point()));
        });
        sweep(key.vm(), log.read());
    }

    /// Deletes what removed points reached and no remaining one does. Packs of running sessions are never among
    /// them, and a commit whose parent was removed meanwhile is refused.
    private void sweep(VmId vm, LogView view) {
        Set<RestorePointId> reached = new HashSet<>();
        view.remaining().forEach(commit -> reached.addAll(commit.record().packs()));
        for (Commit commit : view.commits()) {
            Committed removed = commit.record();
            if (view.isRemoved(removed.point())) {
                removed.packs().stream()
                        .filter(pack -> !reached.contains(pack))
                        .forEach(pack -> files.deleteIfPresent(files.path(FolderLayout.pack(vm, pack))));
                removed.disks().forEach(disk -> deleteMap(vm, removed.point(), disk));
            }
        }
    }

    private void deleteMap(VmId vm, RestorePointId point, MappedDisk disk) {
        DiskId id = disk.disk().description().disk();
        files.deleteIfPresent(files.path(FolderLayout.map(vm, point, id)));
    }

    @Override
    public long incarnation() {
        requireRepository();
        return files.list(FolderLayout.INCARNATION).stream()
                .mapToLong(Long::parseLong)
                .max()
                .orElseThrow(() -> new RepositoryUnavailable(
                        "Repository " + root + ": expected an incarnation, found none", null));
    }

    @Override
    public void raiseIncarnation(long incarnation) {
        if (incarnation < incarnation()) {
            return;
        }
        files.createIfAbsent(FolderLayout.incarnation(incarnation), new byte[0]);
        for (String vm : files.list(FolderLayout.VMS)) {
            log(VmId.of(vm))
                    .append(view -> view.incarnation() >= incarnation
                            ? Optional.empty()
                            : Optional.of(new Raised(incarnation)));
        }
    }

    @Override
    public WriteSession openWrite(WriteRequest request) {
        requireRepository();
        VmId vm = request.vm();
        files.createFolder(FolderLayout.log(vm));
        files.createFolder(FolderLayout.packs(vm));
        files.createFolder(FolderLayout.maps(vm));
        log(vm).append(view -> {
            requireWritable(view, request);
            return Optional.of(new Opened(request.attempt(), request.point()));
        });
        return new FolderWriteSession(this, files, request);
    }

    /// Refuses attempts that a newer one, a close or an incarnation has fenced off, and parents that do not exist.
    void requireWritable(LogView view, WriteRequest request) {
        Attempt attempt = request.attempt();
        String subject = "Attempt " + attempt + " on VM " + request.vm();
        long incarnation = Math.max(incarnation(), view.incarnation());
        if (attempt.incarnation() < incarnation) {
            throw new AttemptStale(subject + ": expected incarnation " + incarnation + " or higher");
        }
        Attempt newest = view.newest();
        if (newest != null && attempt.compareTo(newest) < 0) {
            throw new AttemptStale(subject + ": expected no newer attempt, found " + newest);
        }
        if (view.isClosed(attempt)) {
            throw new AttemptStale(subject + ": expected it open, found it closed");
        }
        if (view.committed(attempt).isPresent() || view.isCommitted(request.point())) {
            throw new AttemptStale(subject + ": expected no commit of it or its point yet, found one");
        }
        RestorePointId parent = request.parent();
        if (parent != null
                && view.remaining(parent).stream()
                        .noneMatch(commit -> commit.record().tracker().equals(request.tracker()))) {
            throw new ParentMissing("Parent " + parent + ": expected a point of VM " + request.vm() + " and tracker "
                    + request.tracker() + ", found none or a removed one");
        }
    }

    @Override
    public void closeAttempt(VmId vm, Attempt attempt) {
        requireRepository();
        files.createFolder(FolderLayout.log(vm));
        VmLog log = log(vm);
        log.append(view -> view.isClosed(attempt) ? Optional.empty() : Optional.of(new Closed(attempt)));
        LogView view = log.read();
        for (Opened opened : view.opened()) {
            if (opened.attempt().equals(attempt)) {
                files.deleteTemporaries(opened.point().toString());
            }
            if (opened.attempt().equals(attempt) && !view.isCommitted(opened.point())) {
                files.deleteIfPresent(files.path(FolderLayout.pack(vm, opened.point())));
                files.list(FolderLayout.maps(vm)).stream()
                        .filter(name -> name.startsWith(opened.point().toString()))
                        .forEach(name -> files.deleteIfPresent(files.path(FolderLayout.maps(vm) + "/" + name)));
            }
        }
    }

    @Override
    public Optional<CommitReceipt> committed(VmId vm, Attempt attempt) {
        return log(vm).read().committed(attempt).map(FolderRepository::receipt);
    }

    @Override
    public DiskReader openDisk(PointKey point, DiskId disk) {
        Commit commit = log(point.vm())
                .read()
                .remaining(point.point())
                .orElseThrow(() -> new NoSuchPoint(
                        "Point " + point.point() + " of VM " + point.vm() + ": expected a commit, found none"));
        MappedDisk mapped = commit.record().disks().stream()
                .filter(each -> each.disk().description().disk().equals(disk))
                .findFirst()
                .orElseThrow(() -> new NoSuchPoint(
                        "Disk " + disk + " of point " + point.point() + ": expected a disk of it, found none"));
        long sizeBytes = mapped.disk().description().sizeBytes();
        ChunkMap map = openMap(point, mapped);
        PackReader packs = new PackReader(files, pack -> FolderLayout.pack(point.vm(), pack));
        return new FolderDiskReader("Disk " + disk + " of point " + point.point(), sizeBytes, map, packs);
    }

    @Override
    public Optional<RestorePoint> parent(PointKey key) {
        return log(key.vm()).read().remaining(key.point()).map(commit -> {
            List<StoredDisk> whole = commit.record().disks().stream()
                    .filter(disk -> isMapWhole(key, disk))
                    .map(MappedDisk::disk)
                    .toList();
            RestorePoint point = restorePoint(key.vm(), commit);
            return new RestorePoint(
                    point.key(),
                    point.tracker(),
                    point.parent(),
                    point.attempt(),
                    point.description(),
                    new CommitReceipt(key.point(), commit.digest(), whole));
        });
    }

    private boolean isMapWhole(PointKey key, MappedDisk disk) {
        try (ChunkMap map = openMap(key, disk)) {
            return map.count() > 0;
        } catch (DamagedException damaged) {
            LOG.warnf(
                    "no increment can be built on the disk: %s vmId=%s restorePointId=%s",
                    damaged.getMessage(), key.vm(), key.point());
            return false;
        }
    }

    private ChunkMap openMap(PointKey key, MappedDisk mapped) {
        DiskDescription disk = mapped.disk().description();
        String name = FolderLayout.map(key.vm(), key.point(), disk.disk());
        return ChunkMap.open(files, name, mapped.map(), disk.sizeBytes());
    }

    VmLog log(VmId vm) {
        requireRepository();
        return logs.computeIfAbsent(vm, id -> new VmLog(files, FolderLayout.log(id)));
    }

    private void requireRepository() {
        if (!Files.isDirectory(root)) {
            throw new RepositoryUnavailable("Repository " + root + ": expected a folder, found none", null);
        }
        String found = files.read(FolderLayout.HEADER)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new RepositoryUnavailable(
                        "Repository " + root + ": expected the file " + FolderLayout.HEADER
                                + ", found none; it was never created",
                        null));
        if (!found.equals(FolderLayout.HEADER_TEXT)) {
            throw new RepositoryUnavailable(
                    "Repository " + root + ": expected a header of version 0, found \"" + found + "\"", null);
        }
    }

    private static RestorePoint restorePoint(VmId vm, Commit commit) {
        Committed record = commit.record();
        return new RestorePoint(
                new PointKey(vm, record.point()),
                record.tracker(),
                record.parent(),
                record.attempt(),
                record.description(),
                receipt(commit));
    }

    private static CommitReceipt receipt(Commit commit) {
        List<StoredDisk> disks =
                commit.record().disks().stream().map(MappedDisk::disk).toList();
        return new CommitReceipt(commit.record().point(), commit.digest(), disks);
    }
}
