package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.DirectoryEntry;
import io.tidemark.agent.repository.pack.PackDirectory;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.tree.LiveEntries;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the packs that are worth a repack. Reads every node and the end of every pack that points reach; what
/// others do meanwhile makes it miss some, or find some in vain. One run each; what is not final fills up.
final class MostlyDeadPacks {
    private static final int PERCENT = 100;
    /// As many places fit into memory.
    private static final int ENTRIES_OF_A_VM_MAX = 1 << 19;

    private final Parts parts;
    private final Repack.Worth worth;
    private final List<String> leftOut;
    private final Map<PackId, Integer> owners = new HashMap<>();
    private final Set<PackId> quarantined;

    /// @param leftOut takes a line for each thing that is left out, unless it is worth no word
    MostlyDeadPacks(Parts parts, Repack.Worth worth, List<String> leftOut) {
        this.parts = parts;
        this.worth = worth;
        this.leftOut = leftOut;
        this.quarantined = Quarantine.packs(parts.store);
    }

    /// By VM, the deadest first.
    Map<VmId, List<MostlyDead>> find() {
        Map<VmId, List<MostlyDead>> found = new LinkedHashMap<>();
        Map<VmId, Integer> points = new HashMap<>();
        for (VmId vm : parts.registry.readWhole().vms()) {
            List<Commit> commits = parts.log(vm).read().points();
            points.put(vm, commits.size());
            found.put(vm, mostlyDead(commits));
        }
        found.replaceAll((vm, packs) -> worthwhile(packs, points.getOrDefault(vm, 0)));
        found.values().removeIf(List::isEmpty);
        return found;
    }

    private List<MostlyDead> mostlyDead(List<Commit> commits) {
        LiveEntries live = new LiveEntries(parts.nodes);
        for (Commit commit : commits) {
            for (RootedDisk disk : commit.record().disks()) {
                live.add(disk.root(), disk.disk().description().sizeBytes());
            }
        }
        List<MostlyDead> packs = new ArrayList<>();
        live.byPack().forEach((pack, entries) -> {
            owners.merge(pack, 1, Integer::sum);
            weighed(pack, entries).filter(this::isMostlyDead).ifPresent(packs::add);
        });
        return packs;
    }

    /// Empty if its directory is damaged.
    private Optional<MostlyDead> weighed(PackId pack, BitSet entries) {
        try {
            PackDirectory directory = parts.packs.directory(pack);
            long bytes = 0;
            for (int number = entries.nextSetBit(0); number >= 0; number = entries.nextSetBit(number + 1)) {
                DirectoryEntry entry = directory.entry(number);
                bytes += entry == null ? 0 : entry.storedLength();
            }
            return Optional.of(new MostlyDead(pack, directory.kind(), entries, bytes, directory.sizeBytes()));
        } catch (DamagedException damaged) {
            leftOut.add(String.valueOf(damaged.getMessage()));
            return Optional.empty();
        }
    }

    private boolean isMostlyDead(MostlyDead pack) {
        return pack.liveBytes() * PERCENT <= pack.sizeBytes() * (PERCENT - worth.deadPercent());
    }

    private List<MostlyDead> worthwhile(List<MostlyDead> packs, int points) {
        List<MostlyDead> own = packs.stream()
                .filter(each -> owners.getOrDefault(each.pack(), 0) == 1)
                .filter(this::isAllowed)
                .sorted(Comparator.comparingDouble(MostlyDead::liveShare)
                        .thenComparing(each -> each.pack().toString()))
                .toList();
        List<MostlyDead> chosen = bounded(own);
        return Repack.deadBytes(chosen) < worth.gainBytesAPoint() * points ? List.of() : chosen;
    }

    private boolean isAllowed(MostlyDead pack) {
        if (quarantined.contains(pack.pack())) {
            leftOut.add("pack " + pack.pack() + " is in quarantine");
            return false;
        }
        if (pack.kind() == PackKind.CHUNKS && !(parts.keys.canOpen() && parts.keys.canSeal())) {
            leftOut.add("pack " + pack.pack() + ": expected keys that open and seal it, found " + parts.keys);
            return false;
        }
        return true;
    }

    private static List<MostlyDead> bounded(List<MostlyDead> packs) {
        List<MostlyDead> chosen = new ArrayList<>();
        int entries = 0;
        for (MostlyDead pack : packs) {
            entries += pack.live().cardinality();
            if (entries > ENTRIES_OF_A_VM_MAX) {
                break;
            }
            chosen.add(pack);
        }
        return chosen;
    }
}
