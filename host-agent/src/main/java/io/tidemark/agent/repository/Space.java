package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.log.LogKey;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.tree.Reach;
import io.tidemark.schemas.id.VmId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a repository takes, and for whom. Reads every node and the end of every pack; others may write meanwhile.
///
/// @param chunkBytes packs of the guests' data
/// @param nodeBytes packs of what says where it lies
/// @param logBytes records of the VMs and of the repository
/// @param unreachedBytes packs that no point reaches, in use by a session or free for the next collection
public record Space(long chunkBytes, long nodeBytes, long logBytes, long unreachedBytes, List<VmSpace> vms) {
    public Space {
        vms = List.copyOf(vms);
    }

    /// What is there for one VM.
    ///
    /// @param logicalBytes sizes of all disks of all its points
    /// @param reachedBytes packs that its points reach
    /// @param onlyBytes those of them that no other VM's point reaches
    public record VmSpace(VmId vm, int points, long logicalBytes, long reachedBytes, long onlyBytes) {}

    private record VmReach(List<Commit> points, Set<PackId> packs) {}

    public static Space of(BlobRepository repository) {
        Parts parts = repository.parts();
        Collection collection = new Collection(parts, repository.storage());
        Map<VmId, VmReach> reached = new LinkedHashMap<>();
        repository.vms().forEach(vm -> reached.put(vm, reach(parts, vm)));
        Map<PackId, Long> sizes = new HashMap<>();
        Map<PackKind, Long> kinds = new HashMap<>();
        for (PackId pack : collection.listed()) {
            long bytes = collection.sizeBytes(pack);
            if (bytes > 0) {
                sizes.put(pack, bytes);
                kinds.merge(parts.packs.directory(pack).kind(), bytes, Long::sum);
            }
        }
        return new Space(
                kinds.getOrDefault(PackKind.CHUNKS, 0L),
                kinds.getOrDefault(PackKind.NODES, 0L),
                logBytes(parts, reached.keySet()),
                sum(sizes, unreached(sizes.keySet(), reached)),
                vms(reached, sizes));
    }

    private static VmReach reach(Parts parts, VmId vm) {
        List<Commit> points = parts.log(vm).read().points();
        Reach reach = new Reach(parts.nodes);
        points.forEach(commit -> Collection.add(reach, commit));
        return new VmReach(points, reach.packs());
    }

    private static Set<PackId> unreached(Set<PackId> packs, Map<VmId, VmReach> reached) {
        Set<PackId> left = new HashSet<>(packs);
        reached.values().forEach(each -> left.removeAll(each.packs()));
        return left;
    }

    private static List<VmSpace> vms(Map<VmId, VmReach> reached, Map<PackId, Long> sizes) {
        Map<PackId, Integer> owners = new HashMap<>();
        reached.values().forEach(each -> each.packs().forEach(pack -> owners.merge(pack, 1, Integer::sum)));
        return reached.entrySet().stream()
                .map(each -> {
                    VmReach reach = each.getValue();
                    Set<PackId> only = new HashSet<>(reach.packs());
                    only.removeIf(pack -> owners.getOrDefault(pack, 0) > 1);
                    return new VmSpace(
                            each.getKey(),
                            reach.points().size(),
                            logicalBytes(reach.points()),
                            sum(sizes, reach.packs()),
                            sum(sizes, only));
                })
                .toList();
    }

    private static long logicalBytes(List<Commit> points) {
        return points.stream()
                .flatMap(commit -> commit.record().disks().stream())
                .mapToLong(disk -> disk.disk().description().sizeBytes())
                .sum();
    }

    private static long sum(Map<PackId, Long> sizes, Set<PackId> packs) {
        return packs.stream().mapToLong(pack -> sizes.getOrDefault(pack, 0L)).sum();
    }

    private static long logBytes(Parts parts, Set<VmId> vms) {
        long bytes = folderBytes(parts.store, Registry.FOLDER);
        for (VmId vm : vms) {
            bytes += folderBytes(parts.store, new LogKey(parts.id, vm).folder());
        }
        return bytes;
    }

    private static long folderBytes(BlobStore store, String folder) {
        long bytes = 0;
        for (BlobName name : store.list(folder)) {
            bytes += store.readEnd(name, 0).map(BlobStore.End::sizeBytes).orElse(0L);
        }
        return bytes;
    }
}
