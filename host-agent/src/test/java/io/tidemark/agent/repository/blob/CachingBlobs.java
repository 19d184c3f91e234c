package io.tidemark.agent.repository.blob;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Two clients of one store, in turn. Each knows what it created or deleted itself.
final class CachingBlobs extends MemoryBlobs {
    private final Predicate<Optional<byte[]>> isKept;
    private final List<Map<String, Optional<byte[]>>> caches =
            List.of(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    private final AtomicInteger calls = new AtomicInteger();

    /// @param isKept which answers of the server are given again without asking it
    CachingBlobs(Predicate<Optional<byte[]>> isKept) {
        this.isKept = isKept;
    }

    private Map<String, Optional<byte[]>> next() {
        return caches.get(calls.getAndIncrement() % caches.size());
    }

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        next().remove(name.text());
        return super.createIfAbsent(name, content);
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        Map<String, Optional<byte[]>> cache = next();
        Optional<byte[]> known = cache.get(name.text());
        if (known != null) {
            return known;
        }
        Optional<byte[]> found = super.read(name, bytesMax);
        if (isKept.test(found)) {
            cache.put(name.text(), found);
        }
        return found;
    }

    @Override
    public void delete(BlobName name) {
        next().remove(name.text());
        super.delete(name);
    }
}
