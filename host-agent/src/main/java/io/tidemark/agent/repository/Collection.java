package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.log.Deadness;
import io.tidemark.agent.repository.log.LogRecord;
import io.tidemark.agent.repository.log.LogRecord.Fence;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.ReadOpened;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.LogView.Session;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.agent.repository.tree.Reach;
import io.tidemark.schemas.id.VmId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// One run that deletes the packs that nothing needs, in the steps C1 to C7 of `docs/formats/repository.md`. It may
/// run beside anything, and may end at any step. If it cannot read a log or a node it deletes nothing.
final class Collection {
    private static final Logger LOG = Logger.getLogger(Collection.class);
    /// No backup and no restore takes as long; one that is closed by mistake ends with an error and is tried again.
    private static final Duration TAKEN_FOR_DEAD_AFTER = Duration.ofDays(7);

    private final Parts parts;
    private final Storage storage;
    private final SessionId id;

    Collection(Parts parts, Storage storage) {
        this.parts = parts;
        this.storage = storage;
        this.id = new SessionId(storage.ids().get());
    }

    /// The bytes that were deleted.
    long run() {
        Set<PackId> listed = listed();
        closeTheDead();
        Set<PackId> unneeded = without(listed, needed(listed, this::log));
        if (unneeded.isEmpty()) {
            return 0;
        }
        parts.registry.begin(id);
        unneeded.forEach(pack -> parts.store.createOwn(tombstone(pack), new byte[0]));
        for (VmId vm : parts.registry.read().vms()) {
            parts.log(vm).append(this::fence);
        }
        Set<PackId> needed = needed(unneeded, this::lastingLog);
        Set<PackId> quarantined = Quarantine.packs(parts.store);
        long bytes = 0;
        for (PackId pack : unneeded) {
            bytes += needed.contains(pack) ? 0 : deleted(pack);
            parts.store.delete(tombstone(pack));
            if (quarantined.contains(pack) && !needed.contains(pack)) {
                parts.store.delete(Quarantine.marker(pack));
            }
        }
        parts.registry.end(id);
        LOG.infof("collected %d of %d packs, %d bytes", unneeded.size() - needed.size(), listed.size(), bytes);
        return bytes;
    }

    /// The packs that a run would delete if the points were pruned; changes nothing.
    Set<PackId> unneededWithout(Set<PointKey> pruned) {
        Set<PackId> listed = listed();
        return without(listed, needed(listed, vm -> supposed(vm, pruned)));
    }

    /// The log after the prunes, and after the closings that a run begins with.
    private LogView supposed(VmId vm, Set<PointKey> pruned) {
        LogView view = log(vm);
        Stream<LogRecord> closings = dead(view).stream()
                .map(session -> new SessionClosed(session.opening().session()));
        Stream<LogRecord> prunes =
                pruned.stream().filter(key -> key.vm().equals(vm)).map(key -> new Pruned(key.point()));
        return view.supposing(Stream.concat(closings, prunes).toList());
    }

    private LogView log(VmId vm) {
        return parts.log(vm).read();
    }

    private LogView lastingLog(VmId vm) {
        return parts.log(vm).readLasting();
    }

    /// A listing that lacks some only deletes less.
    Set<PackId> listed() {
        Set<PackId> packs = new LinkedHashSet<>();
        for (String folder : PackNames.folders()) {
            for (BlobName name : parts.store.list(folder)) {
                PackNames.pack(name).ifPresent(packs::add);
            }
        }
        return packs;
    }

    private void closeTheDead() {
        for (VmId vm : parts.registry.read().vms()) {
            VmLog log = parts.log(vm);
            for (Session dead : dead(log.read())) {
                SessionId session = dead.opening().session();
                LOG.warnf(
                        "session %s of VM %s is taken for dead, open since %s",
                        session, vm, dead.opening().openedAt());
                BlobRepository.close(log, session);
                parts.store.discard(session.toString());
            }
        }
    }

    private List<Session> dead(LogView view) {
        return Deadness.dead(view, storage.clock().instant(), TAKEN_FOR_DEAD_AFTER);
    }

    private Optional<LogRecord> fence(LogView view) {
        return view.openSessions().isEmpty() ? Optional.empty() : Optional.of(new Fence(id));
    }

    /// Those of the packs that a point needs, that an open session reads, or that one has made. A pack whose
    /// session no log names is one of a log that was not read, and counts as needed.
    private Set<PackId> needed(Set<PackId> packs, Function<VmId, LogView> logs) {
        Reach reach = new Reach(parts.nodes);
        Set<SessionId> ended = new HashSet<>();
        for (VmId vm : parts.registry.readWhole().vms()) {
            LogView view = logs.apply(vm);
            view.points().forEach(commit -> add(reach, commit));
            for (Session session : view.sessions()) {
                SessionId name = session.opening().session();
                if (!view.isOpen(name)) {
                    ended.add(name);
                } else if (session.opening() instanceof ReadOpened reading) {
                    view.commit(reading.point()).ifPresent(commit -> add(reach, commit));
                }
            }
        }
        Set<PackId> reached = reach.packs();
        return packs.stream()
                .filter(pack -> reached.contains(pack) || !ended.contains(pack.session()))
                .collect(Collectors.toSet());
    }

    static void add(Reach reach, Commit commit) {
        commit.record()
                .disks()
                .forEach(
                        disk -> reach.add(disk.root(), disk.disk().description().sizeBytes()));
    }

    private long deleted(PackId pack) {
        long bytes = sizeBytes(pack);
        parts.store.delete(PackNames.of(pack));
        return bytes;
    }

    /// None if it is gone.
    long sizeBytes(PackId pack) {
        return parts.store
                .readEnd(PackNames.of(pack), 0)
                .map(BlobStore.End::sizeBytes)
                .orElse(0L);
    }

    private BlobName tombstone(PackId pack) {
        return Proofs.tombstone(id, pack);
    }

    private static Set<PackId> without(Set<PackId> some, Set<PackId> others) {
        Set<PackId> left = new LinkedHashSet<>(some);
        left.removeAll(others);
        return left;
    }
}
