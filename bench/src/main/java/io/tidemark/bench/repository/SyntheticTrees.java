package io.tidemark.bench.repository;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.HostSignatures;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.FolderBlobs;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.log.ContentSeal;
import io.tidemark.agent.repository.log.LogKey;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.WrittenPack;
import io.tidemark.agent.repository.tree.Child;
import io.tidemark.agent.repository.tree.NodeReader;
import io.tidemark.agent.repository.tree.TreeWriter;
import io.tidemark.schemas.vocabulary.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// Points of disks that are too large to write here: the trees and logs are real, the packs of chunks that the
/// leaves name are not there. Good for whatever looks at no chunk.
final class SyntheticTrees {
    private static final int DIRECTORY_BYTES_MAX = 1 << 20;
    /// As many as fill a pack if each is stored in 45 KB.
    private static final int CHUNKS_A_PACK = 1500;

    private final Path folder;
    private final UUID id;
    private final BlobStore store;
    private final NodeReader nodes;
    private final SplittableRandom random;

    /// @param folder of a repository that was created
    SyntheticTrees(Path folder, long seed) throws IOException {
        this.folder = folder;
        this.id = Files.readAllLines(folder.resolve("TIDEMARK-REPOSITORY")).stream()
                .filter(line -> line.startsWith("id "))
                .map(line -> UUID.fromString(line.substring("id ".length())))
                .findFirst()
                .orElseThrow();
        this.store = new FolderBlobs(new FolderFiles(folder, StepGate.OPEN));
        this.nodes = new NodeReader(new PackReader(store, id, RepositoryKeys.none(), DIRECTORY_BYTES_MAX));
        this.random = new SplittableRandom(seed);
    }

    /// Makes a repository in the folder with VMs that have a full disk of as many distinct chunks each.
    static void fill(Path folder, long seed, int vms, long chunksOfEach) throws IOException {
        Repository repository = Ours.clear(folder);
        repository.create();
        SyntheticTrees trees = new SyntheticTrees(folder, seed);
        for (int vm = 1; vm <= vms; vm++) {
            BackedUpDisk disk = new BackedUpDisk(repository, vm, chunksOfEach * Chunks.SIZE_BYTES);
            trees.add(repository, disk, chunksOfEach);
        }
    }

    /// Commits the disk's first point: the first chunks are distinct ones, those behind them are zero.
    void add(Repository repository, BackedUpDisk disk, long filledChunks) {
        WriteRequest request = disk.request(Level.FULL);
        // closed without a commit; the record below is made by its name all the same
        repository.openWrite(request).close();
        var signatures = new HostSignatures(store, id, RepositoryKeys.none(), Ours.HOST);
        VmLog log = new VmLog(store, new LogKey(id, disk.vm()), ContentSeal.NONE, signatures);
        SessionId session = log.read().sessions().getLast().opening().session();
        AtomicInteger numbers = new AtomicInteger();
        var owner = new PackStream.Owner(id, session, numbers::getAndIncrement);
        try (PackStream packs = new PackStream(store, owner, PackKind.NODES, RepositoryKeys.none());
                TreeWriter tree = new TreeWriter(disk.sizeBytes(), folder.resolve("tmp"), nodes, null)) {
            say(tree, disk.sizeBytes(), filledChunks);
            DiskRoot root = tree.write(packs);
            List<WrittenPack> written = packs.finish();
            log.append(_ -> Optional.of(committed(session, request, root, written)));
            log.append(_ -> Optional.of(new SessionClosed(session)));
        }
        disk.countPoint();
    }

    private void say(TreeWriter tree, long sizeBytes, long filledChunks) {
        SessionId other = new SessionId(new UUID(random.nextLong(), random.nextLong()));
        for (long index = 0; index < filledChunks; index++) {
            var digest = new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            PackId pack = new PackId(other, (int) (index / CHUNKS_A_PACK));
            tree.put(index, new Child(digest, new Place(pack, (int) (index % CHUNKS_A_PACK))));
        }
        long count = Chunks.count(sizeBytes);
        if (count > filledChunks) {
            tree.zero(new ChunkRange(filledChunks, count - filledChunks));
        }
    }

    /// The sum over its packs is that of none: nothing that is measured looks at it.
    private static Committed committed(
            SessionId session, WriteRequest request, DiskRoot root, List<WrittenPack> written) {
        long bytes = written.stream().mapToLong(WrittenPack::sizeBytes).sum();
        StoredDisk stored = new StoredDisk(request.disks().getFirst(), 0, 0);
        return new Committed(
                session,
                request.attempt(),
                Ours.HOST.id(),
                request.point(),
                request.tracker(),
                null,
                BackedUpDisk.DESCRIPTION,
                Decoding.ALL,
                List.of(new RootedDisk(stored, root)),
                List.of(new MadePacks(session, written.size(), bytes, Digest.of(new byte[0]))),
                null);
    }
}
