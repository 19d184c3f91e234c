package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Objects in memory, as strict as a store can be. Others weaken it.
public class MemoryBlobs implements BlobStore {
    public final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        return objects.putIfAbsent(name.text(), content.clone()) == null ? Creation.CREATED : Creation.TAKEN;
    }

    @Override
    public Upload begin(String owner) {
        return new MemoryUpload();
    }

    @Override
    public void discard(String owner) {
        // an upload that nobody publishes is nowhere
    }

    private final class MemoryUpload implements Upload {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer more) {
            byte[] copy = new byte[more.remaining()];
            more.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public Creation publish(BlobName name) {
            return createIfAbsent(name, bytes.toByteArray());
        }

        @Override
        public void close() {
            bytes.reset();
        }
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        byte[] found = objects.get(name.text());
        if (found != null && found.length > bytesMax) {
            throw new DamagedException("object " + name, "at most " + bytesMax + " bytes", found.length + " bytes");
        }
        return Optional.ofNullable(found).map(byte[]::clone);
    }

    @Override
    public Optional<byte[]> readRange(BlobName name, long offset, int length) {
        byte[] found = objects.get(name.text());
        if (found != null && offset > found.length - length) {
            throw new DamagedException(
                    "object " + name, length + " bytes from " + offset + " on", found.length + " bytes");
        }
        return Optional.ofNullable(found).map(bytes -> Arrays.copyOfRange(bytes, (int) offset, (int) offset + length));
    }

    @Override
    public List<BlobName> list(String folder) {
        return objects.keySet().stream()
                .map(BlobName::new)
                .filter(name -> name.folder().equals(folder))
                .toList();
    }

    @Override
    public void delete(BlobName name) {
        objects.remove(name.text());
    }
}
