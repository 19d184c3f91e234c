package io.tidemark.agent.repository.blob;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Stores that keep less than [MemoryBlobs] does: some as little as a repository still asks for, the others too
/// little.
public enum WeakBlobs {
    /// Every other creation is sent twice, and its answer is that of the second, as over NFS.
    RETRANSMITTING(true) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                private final AtomicInteger creations = new AtomicInteger();

                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    Creation first = super.createIfAbsent(name, content);
                    return creations.incrementAndGet() % 2 == 0 ? super.createIfAbsent(name, content) : first;
                }
            };
        }
    },
    /// A listing is as old as can be.
    NEVER_LISTING(true) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public List<BlobName> list(String folder) {
                    return List.of();
                }
            };
        }
    },
    /// The last who creates wins, as where a store knows no condition.
    OVERWRITING(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    objects.put(name.text(), content.clone());
                    return Creation.CREATED;
                }
            };
        }
    },
    /// It looks first and creates then, as two requests do.
    LOOKING_FIRST(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    if (objects.containsKey(name.text())) {
                        return Creation.TAKEN;
                    }
                    LockSupport.parkNanos(1_000_000);
                    objects.put(name.text(), content.clone());
                    return Creation.CREATED;
                }
            };
        }
    },
    /// What was created is found by the second look only.
    LATE(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                private final Set<String> looked = ConcurrentHashMap.newKeySet();

                @Override
                public Optional<byte[]> read(BlobName name, int bytesMax) {
                    return looked.add(name.text()) ? Optional.empty() : super.read(name, bytesMax);
                }
            };
        }
    },
    /// The end of what is larger than a block is lost.
    TORN(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    return super.createIfAbsent(name, Arrays.copyOf(content, Math.min(content.length, 4096)));
                }
            };
        }
    },
    /// What was deleted is found for as long as somebody may remember it.
    REMEMBERING(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public void delete(BlobName name) {
                    // later, perhaps
                }
            };
        }
    },
    /// A range beyond the end is what there is of it.
    SHORT(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public Optional<byte[]> readRange(BlobName name, long offset, int length) {
                    byte[] found = objects.get(name.text());
                    int end = found == null ? 0 : (int) Math.min(found.length, offset + length);
                    return super.readRange(name, Math.min(offset, end), (int) (end - Math.min(offset, end)));
                }
            };
        }
    };

    final boolean isEnough;

    WeakBlobs(boolean isEnough) {
        this.isEnough = isEnough;
    }

    public abstract BlobStore empty();
}
