package io.tidemark.agent.repository;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.Registry.View;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// What the records of a registry say, a line each, with the frame that belongs to it; and the same bytes as the
/// only record.
public final class RegistryTarget implements FuzzTarget {
    private static final UUID REPOSITORY = new UUID(7, 7);
    private static final String VM = "vm 11111111-0000-4000-8000-000000000001";
    private static final String COLLECTION = " cccccccc-0000-4000-8000-000000000001";

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes(VM),
                bytes(VM + "\nincarnation 7\ncollection-begun" + COLLECTION + "\ncollection-ended" + COLLECTION),
                bytes("collection-begun" + COLLECTION + "\n" + VM + "\n" + VM),
                record(0, bytes(VM)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] record(int number, byte[] line) {
        var record = new ByteArrayOutputStream();
        record.writeBytes(bytes("tidemark-registry 1\nrepository " + REPOSITORY + "\nnumber " + number + "\n"));
        record.writeBytes(line);
        record.write('\n');
        record.writeBytes(bytes("sha256 " + Digest.of(record.toByteArray()) + "\n"));
        return record.toByteArray();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        MemoryBlobs framed = new MemoryBlobs();
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
        for (int number = 0; number < lines.length; number++) {
            byte[] line = lines[number].getBytes(StandardCharsets.ISO_8859_1);
            framed.createIfAbsent(name(number), record(number, line));
        }
        MemoryBlobs alone = new MemoryBlobs();
        alone.createIfAbsent(name(0), bytes);
        return isRead(framed, lines.length) || isRead(alone, 1);
    }

    private static BlobName name(int number) {
        return new BlobName(Registry.FOLDER + "/%020d".formatted(number));
    }

    private static boolean isRead(MemoryBlobs blobs, int records) {
        View view;
        try {
            view = new Registry(blobs, REPOSITORY).readWhole();
        } catch (RepositoryException refused) {
            return false;
        }
        Registry again = new Registry(new MemoryBlobs(), REPOSITORY);
        view.vms().forEach(again::register);
        view.collections().forEach(again::begin);
        again.raise(view.incarnation());
        View found = again.readWhole();
        if (view.next() != records
                || !new View(records, found.incarnation(), found.vms(), found.collections()).equals(view)) {
            throw new IllegalStateException(view + " from " + records + " records, and written again " + found);
        }
        return true;
    }
}
