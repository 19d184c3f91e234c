package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// Objects in memory, as strict as a store can be. Others weaken it.
public class MemoryBlobs implements BlobStore {
    private static final char AFTER_SLASH = '/' + 1;

    public final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final Set<MemoryUpload> uploads = ConcurrentHashMap.newKeySet();

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        return objects.putIfAbsent(name.text(), content.clone()) == null ? Creation.CREATED : Creation.TAKEN;
    }

    @Override
    public Upload begin(String owner) {
        MemoryUpload upload = new MemoryUpload(owner);
        uploads.add(upload);
        return upload;
    }

    @Override
    public void discard(String owner) {
        uploads.removeIf(upload -> upload.owner.equals(owner));
    }

    Creation publish(BlobName name, byte[] content) {
        return createIfAbsent(name, content);
    }

    final class MemoryUpload implements Upload {
        final String owner;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean isUsable = true;

        private MemoryUpload(String owner) {
            this.owner = owner;
        }

        @Override
        public void write(ByteBuffer more) {
            requireUsable();
            byte[] copy = new byte[more.remaining()];
            more.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public Creation publish(BlobName name) {
            requireUsable();
            isUsable = false;
            if (!uploads.remove(this)) {
                throw new RepositoryUnavailable("upload of " + owner + ": expected it there, found none", null);
            }
            return MemoryBlobs.this.publish(name, bytes.toByteArray());
        }

        private void requireUsable() {
            if (!isUsable) {
                throw new SessionUnusable("upload: expected it usable, found it published or closed");
            }
        }

        @Override
        public void close() {
            isUsable = false;
            uploads.remove(this);
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
    public boolean readRange(BlobName name, long offset, ByteBuffer target) {
        byte[] found = objects.get(name.text());
        int length = target.remaining();
        if (found != null && offset > found.length - length) {
            throw new DamagedException(
                    "object " + name, length + " bytes from " + offset + " on", found.length + " bytes");
        }
        if (found != null) {
            target.put(found, (int) offset, length);
        }
        return found != null;
    }

    @Override
    public Optional<End> readEnd(BlobName name, int bytesMax) {
        return Optional.ofNullable(objects.get(name.text()))
                .map(found -> new End(
                        found.length, Arrays.copyOfRange(found, Math.max(0, found.length - bytesMax), found.length)));
    }

    @Override
    public List<BlobName> list(String folder) {
        var below = folder.isEmpty() ? objects : objects.subMap(folder + "/", folder + AFTER_SLASH);
        return below.keySet().stream()
                .map(BlobName::new)
                .filter(name -> name.folder().equals(folder))
                .toList();
    }

    @Override
    public void delete(BlobName name) {
        objects.remove(name.text());
    }
}
