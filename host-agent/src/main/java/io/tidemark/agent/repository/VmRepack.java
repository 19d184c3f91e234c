package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.log.LogRecord;
import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.log.LogRecord.MovedDisk;
import io.tidemark.agent.repository.log.LogRecord.RepackOpened;
import io.tidemark.agent.repository.log.LogRecord.Repacked;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.RepackRules;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.PackCopy;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.StoredEntry;
import io.tidemark.agent.repository.pack.WrittenPack;
import io.tidemark.agent.repository.tree.Child;
import io.tidemark.agent.repository.tree.MovedTrees;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The repack of one VM, in the steps M1 to M4 of `docs/formats/repository.md`. One run each; what is not final
/// counts.
final class VmRepack {
    private static final Repack.Result NOTHING = new Repack.Result(0, 0, List.of());

    private final Parts parts;
    private final Storage storage;
    private final VmId vm;
    private final List<String> leftOut;
    private final VmLog log;
    private final SessionId session;
    private final Map<Place, Child> moved = new HashMap<>();
    private long copiedBytes;

    /// @param leftOut takes a line for each thing that is left out
    VmRepack(Parts parts, Storage storage, VmId vm, List<String> leftOut) {
        this.parts = parts;
        this.storage = storage;
        this.vm = vm;
        this.leftOut = leftOut;
        this.log = parts.log(vm);
        this.session = new SessionId(storage.ids().get());
    }

    /// Ends earlier repacks of the VM, which have died or are given up.
    void endOthers() {
        RepackRules.openRepacks(log.read()).forEach(this::end);
    }

    /// @param copied is told how many bytes were copied so far
    Repack.Result run(List<MostlyDead> packs, LongConsumer copied) {
        var record = new RepackOpened(session, storage.clock().instant());
        if (log.append(view -> RepackRules.mayOpen(view) ? Optional.of(record) : Optional.empty())
                .isEmpty()) {
            return givenUp();
        }
        AtomicInteger numbers = new AtomicInteger();
        var owner = new PackStream.Owner(parts.id, session, numbers::getAndIncrement);
        PackStream chunkPacks = new PackStream(parts.store, owner, PackKind.CHUNKS, parts.keys);
        PackStream nodePacks = new PackStream(parts.store, owner, PackKind.NODES, parts.keys);
        try {
            return moved(packs, chunkPacks, nodePacks, copied);
        } catch (RepositoryException failed) {
            if (log.read().isOpen(session)) {
                throw failed;
            }
            return givenUp(); // what it has made or looked at may be gone
        } finally {
            PackWriteSession.closeQuietly(chunkPacks);
            PackWriteSession.closeQuietly(nodePacks);
            end(session);
        }
    }

    private Repack.Result moved(
            List<MostlyDead> packs, PackStream chunkPacks, PackStream nodePacks, LongConsumer copied) {
        packs.stream().filter(pack -> pack.kind() == PackKind.CHUNKS).forEach(pack -> copy(pack, chunkPacks, copied));
        Map<RestorePointId, List<MovedDisk>> layouts = layouts(nodePacks(packs), nodePacks);
        List<WrittenPack> written = new ArrayList<>(chunkPacks.finish());
        written.addAll(nodePacks.finish());
        return appended(layouts, PackSums.of(session, written));
    }

    /// What it has made and no point reaches is nobody's then.
    private void end(SessionId ended) {
        BlobRepository.close(log, ended);
        parts.store.discard(ended.toString());
    }

    private Repack.Result givenUp() {
        leftOut.add("VM " + vm + ": expected that nobody writes, reads or repacks it, found somebody");
        return NOTHING;
    }

    /// All that is needed of the pack, or none: what was copied until damage was found is litter.
    private void copy(MostlyDead pack, PackStream out, LongConsumer copied) {
        Map<Place, Child> ofPack = new HashMap<>();
        BitSet live = pack.live();
        Optional<PackCopy> source = whole(() -> new PackCopy(parts.packs, pack.pack(), parts.keys, parts.chunkIds));
        for (int number = live.nextSetBit(0); source.isPresent() && number >= 0; ) {
            int at = number;
            Optional<StoredEntry> entry = whole(() -> source.get().entry(at));
            if (entry.isEmpty()) {
                return;
            }
            ofPack.put(new Place(pack.pack(), at), new Child(entry.get().id(), out.add(entry.get())));
            copiedBytes += entry.get().packedLength();
            copied.accept(copiedBytes);
            number = live.nextSetBit(at + 1);
        }
        moved.putAll(ofPack);
    }

    /// Empty if it is damaged.
    private <T> Optional<T> whole(Supplier<T> read) {
        try {
            return Optional.of(read.get());
        } catch (DamagedException damaged) {
            leftOut.add(String.valueOf(damaged.getMessage()));
            return Optional.empty();
        }
    }

    private static Set<PackId> nodePacks(List<MostlyDead> packs) {
        return packs.stream()
                .filter(pack -> pack.kind() == PackKind.NODES)
                .map(MostlyDead::pack)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The roots that have moved, by the points that are concerned.
    private Map<RestorePointId, List<MovedDisk>> layouts(Set<PackId> left, PackStream out) {
        MovedTrees trees = new MovedTrees(parts.nodes, moved, left, out);
        Map<RestorePointId, List<MovedDisk>> layouts = new LinkedHashMap<>();
        for (Commit commit : log.read().points()) {
            RestorePointId point = commit.record().point();
            try {
                List<MovedDisk> disks = movedDisks(trees, commit.record().disks());
                if (!disks.isEmpty()) {
                    layouts.put(point, disks);
                }
            } catch (DamagedException damaged) {
                if (!log.read().isPruned(point)) {
                    throw damaged;
                }
            }
        }
        return layouts;
    }

    private static List<MovedDisk> movedDisks(MovedTrees trees, List<RootedDisk> disks) {
        List<MovedDisk> found = new ArrayList<>();
        for (RootedDisk disk : disks) {
            DiskRoot root = trees.moved(disk.root(), disk.disk().description().sizeBytes());
            Place place = root.place();
            if (place != null && !root.equals(disk.root())) {
                found.add(new MovedDisk(disk.disk().description().disk(), place));
            }
        }
        return found;
    }

    private Repack.Result appended(Map<RestorePointId, List<MovedDisk>> layouts, MadePacks made) {
        int points = 0;
        for (Map.Entry<RestorePointId, List<MovedDisk>> layout : layouts.entrySet()) {
            var record = new Repacked(session, layout.getKey(), layout.getValue(), List.of(made));
            if (log.append(view -> next(view, record)).isPresent()) {
                points++;
            } else if (!log.read().isPruned(layout.getKey())) {
                givenUp();
                break;
            }
        }
        return new Repack.Result(points, points == 0 ? 0 : made.sizeBytes(), List.of());
    }

    private Optional<LogRecord> next(LogView view, Repacked record) {
        return RepackRules.mayRepack(view, session) && !view.isPruned(record.point())
                ? Optional.of(record)
                : Optional.empty();
    }
}
