package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.tree.NodeReader;
import io.tidemark.agent.repository.tree.TouchedChunks;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Packs that no new point may count on, as a verification has found them damaged: objects `quarantine/PACK`, never
/// changed, texts for people:
///
/// ```
/// tidemark-quarantine 1
/// pack PACK
/// at INSTANT
/// by WHO
/// found WHAT
/// ```
///
/// A write session uploads again what lies in such a pack, and a disk that reaches one is none that increments can
/// be built on. Points stay, and whoever reads them tries all the same. A marker that a listing does not name costs
/// another finding. Safe for use by many threads and processes.
public final class Quarantine {
    private static final String FOLDER = "quarantine";
    private static final int LINE_CHARACTERS_MAX = 500;
    private static final int BYTES_MAX = 4096;

    private final BlobStore store;
    private final InstantSource clock;

    private Quarantine(BlobStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// That of a repository.
    public static Quarantine of(BlobRepository repository) {
        Parts parts = repository.parts();
        return new Quarantine(parts.store, repository.storage().clock());
    }

    /// Puts a pack in quarantine. False: it is there already, and what was said of it then stays.
    ///
    /// @param who somebody's name
    /// @param found what is wrong with the pack
    public boolean add(PackId pack, String who, String found) {
        String text = "tidemark-quarantine 1\npack " + pack + "\nat " + clock.instant() + "\nby " + line(who)
                + "\nfound " + line(found) + "\n";
        return store.createIfAbsent(marker(pack), text.getBytes(StandardCharsets.UTF_8)) == Creation.CREATED;
    }

    private static String line(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.substring(0, Math.min(line.length(), LINE_CHARACTERS_MAX));
    }

    /// What is in quarantine.
    public Set<PackId> packs() {
        return packs(store);
    }

    /// Who has put a pack there, when and why; empty if it is not there.
    public Optional<String> text(PackId pack) {
        return store.read(marker(pack), BYTES_MAX).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    static Set<PackId> packs(BlobStore store) {
        Set<PackId> packs = new HashSet<>();
        for (BlobName name : store.list(FOLDER)) {
            try {
                packs.add(PackId.of(name.text().substring(FOLDER.length() + 1)));
            } catch (IllegalArgumentException e) {
                // something else lies there
            }
        }
        return packs;
    }

    static BlobName marker(PackId pack) {
        return new BlobName(FOLDER + "/" + pack);
    }

    /// Whether a disk reaches none of these packs; a tree that cannot be read may reach them. Walks the whole
    /// tree, if there is any.
    static boolean isFree(RootedDisk disk, Set<PackId> packs, NodeReader nodes) {
        return packs.isEmpty()
                || new TouchedChunks(nodes, place -> packs.contains(place.pack()))
                        .of(disk.root(), disk.disk().description().sizeBytes())
                        .isEmpty();
    }
}
