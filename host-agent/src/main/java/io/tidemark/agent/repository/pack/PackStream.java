package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
import io.tidemark.agent.repository.blob.BlobStore.Upload;
import io.tidemark.agent.repository.crypto.EntryLabel;
import io.tidemark.agent.repository.crypto.PackSealer;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Writes the packs of one kind of one write session, one after the other: the next begins where the last is full,
/// while that is published by another thread. After an error it takes no more. One thread at a time; fields that
/// are not final follow the packs.
public final class PackStream implements AutoCloseable {
    private final BlobStore store;
    private final UUID repository;
    private final SessionId session;
    private final PackKind kind;
    private final RepositoryKeys keys;
    private final IntSupplier numbers;
    private final byte[] sealed = new byte[PackLimits.STORED_BYTES_MAX];
    private final List<WrittenPack> written = new ArrayList<>();
    private CompletableFuture<?> publishing = CompletableFuture.completedFuture(null);
    private @Nullable OpenPack open;

    /// Whose packs they are.
    ///
    /// @param numbers the next free number of a pack of the session
    public record Owner(UUID repository, SessionId session, IntSupplier numbers) {}

    /// @param keys what chunks are sealed with; nodes are in the clear
    public PackStream(BlobStore store, Owner owner, PackKind kind, RepositoryKeys keys) {
        this.store = store;
        this.repository = owner.repository();
        this.session = owner.session();
        this.kind = kind;
        this.keys = kind == PackKind.CHUNKS ? keys : RepositoryKeys.none();
        this.numbers = owner.numbers();
    }

    private static final class OpenPack {
        private final PackId id;
        private final Upload upload;
        private final PackSealer sealer;
        private final ByteBuffer directory;
        private long sizeBytes = PackDirectory.MAGIC.length;

        private OpenPack(PackId id, Upload upload, PackSealer sealer, int entriesMax) {
            this.id = id;
            this.upload = upload;
            this.sealer = sealer;
            this.directory = ByteBuffer.allocate(entriesMax * DirectoryEntry.LENGTH_BYTES);
        }

        private int count() {
            return directory.position() / DirectoryEntry.LENGTH_BYTES;
        }

        private boolean isFull() {
            return !directory.hasRemaining() || sizeBytes >= PackLimits.PACK_BYTES;
        }
    }

    /// Appends an entry and says where it will lie.
    public Place add(StoredEntry entry) {
        OpenPack pack = opened();
        Place place = new Place(pack.id, pack.count());
        boolean isProtecting = pack.sealer.isProtecting();
        byte[] stored = isProtecting ? sealed : entry.bytes();
        int length = isProtecting ? sealed(pack, entry) : entry.packedLength();
        pack.upload.write(ByteBuffer.wrap(stored, 0, length));
        pack.sizeBytes += length;
        Digest digest = isProtecting ? Digest.of(stored, 0, length) : entry.digestOfBytes();
        new DirectoryEntry(entry.id(), digest, length, entry.length(), entry.codec()).encode(pack.directory);
        if (pack.isFull()) {
            publish(pack);
        }
        return place;
    }

    private int sealed(OpenPack pack, StoredEntry entry) {
        EntryLabel label = new EntryLabel(pack.id, pack.count(), entry.codec().code(), entry.length(), entry.id());
        return pack.sealer.seal(label, entry.bytes(), entry.packedLength(), sealed);
    }

    private OpenPack opened() {
        OpenPack known = open;
        if (known == null) {
            PackId id = new PackId(session, numbers.getAsInt());
            known = new OpenPack(id, store.begin(session.toString()), keys.sealer(id), kind.entriesWritten());
            open = known;
            known.upload.write(ByteBuffer.wrap(PackDirectory.MAGIC));
        }
        return known;
    }

    private void publish(OpenPack pack) {
        open = null;
        join();
        byte[] end = PackDirectory.encode(repository, pack.id, kind, pack.directory.flip(), pack.sealer.keySection());
        Digest digest = Digest.read(ByteBuffer.wrap(end, end.length - Digest.LENGTH_BYTES - Long.BYTES, 32));
        written.add(new WrittenPack(pack.id, pack.sizeBytes + end.length, digest));
        publishing = CompletableFuture.runAsync(
                () -> published(pack, end), Thread.ofPlatform().daemon().name("pack-publisher")::start);
    }

    private void published(OpenPack pack, byte[] end) {
        try (Upload upload = pack.upload) {
            upload.write(ByteBuffer.wrap(end));
            Creation creation = upload.publish(PackNames.of(pack.id));
            if (creation == Creation.TAKEN && !isSame(pack.id, end)) {
                throw new DamagedException("pack " + pack.id, "a free name or what was written", "other bytes");
            }
        }
    }

    /// A name with the session's own id is nobody else's: the storage told of the success of a request it repeated.
    private boolean isSame(PackId pack, byte[] end) {
        return store.readEnd(PackNames.of(pack), end.length)
                .filter(found -> Arrays.equals(found.bytes(), end))
                .isPresent();
    }

    private void join() {
        try {
            publishing.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /// Publishes the last pack; after the return all are on stable storage.
    public List<WrittenPack> finish() {
        OpenPack last = open;
        if (last != null) {
            publish(last);
        }
        join();
        return List.copyOf(written);
    }

    /// Gives up what was not published.
    @Override
    public void close() {
        OpenPack last = open;
        open = null;
        try {
            join();
        } finally {
            if (last != null) {
                last.upload.close();
            }
        }
    }
}
