package io.tidemark.agent.repository.blob;

import java.nio.ByteBuffer;
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
    /// Every publishing is sent twice.
    RETRANSMITTING_UPLOADS(true) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                Creation publish(BlobName name, byte[] content) {
                    super.publish(name, content);
                    return super.publish(name, content);
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
    /// Two clients in turn, of which each believes that what it did not find is not there: as NFS does for a while
    /// unless it is mounted otherwise.
    REMEMBERING_WHAT_WAS_MISSING(false) {
        @Override
        public BlobStore empty() {
            return new CachingBlobs(Optional::isEmpty);
        }
    },
    /// And that what it found is still there.
    REMEMBERING_WHAT_WAS_THERE(false) {
        @Override
        public BlobStore empty() {
            return new CachingBlobs(Optional::isPresent);
        }
    },
    /// Two clients in turn that ask the server each time, as NFS with `lookupcache=none` does.
    ASKING_EACH_TIME(true) {
        @Override
        public BlobStore empty() {
            return new CachingBlobs(_ -> false);
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
    /// The last who publishes wins.
    OVERWRITING_UPLOADS(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                Creation publish(BlobName name, byte[] content) {
                    return objects.put(name.text(), content) == null ? Creation.CREATED : Creation.TAKEN;
                }
            };
        }
    },
    /// An upload has its name before its last bytes.
    EARLY_UPLOADS(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                Creation publish(BlobName name, byte[] content) {
                    Creation told = super.publish(name, Arrays.copyOf(content, content.length / 2));
                    if (told == Creation.CREATED) {
                        LockSupport.parkNanos(10_000_000);
                        objects.put(name.text(), content);
                    }
                    return told;
                }
            };
        }
    },
    /// What does not fill the buffer of an upload is lost.
    TORN_UPLOADS(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                Creation publish(BlobName name, byte[] content) {
                    int whole = content.length > 1 << 20 ? content.length & -(1 << 20) : content.length;
                    return super.publish(name, Arrays.copyOf(content, whole));
                }
            };
        }
    },
    /// An upload can be published twice.
    REUSABLE_UPLOADS(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                private final Set<MemoryUpload> begun = ConcurrentHashMap.newKeySet();

                @Override
                public Upload begin(String owner) {
                    MemoryUpload upload = (MemoryUpload) super.begin(owner);
                    begun.add(upload);
                    return upload;
                }

                @Override
                Creation publish(BlobName name, byte[] content) {
                    begun.forEach(each -> each.isUsable = true);
                    return super.publish(name, content);
                }
            };
        }
    },
    /// What is discarded is that of every owner whose name begins like it.
    DISCARDING_NEIGHBOURS(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public void discard(String owner) {
                    uploads.removeIf(upload -> upload.owner.startsWith(owner));
                }
            };
        }
    },
    /// What is discarded can still be published.
    DISCARDING_NOTHING(false) {
        @Override
        public BlobStore empty() {
            return new MemoryBlobs() {
                @Override
                public void discard(String owner) {
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
                public boolean readRange(BlobName name, long offset, ByteBuffer target) {
                    byte[] found = objects.get(name.text());
                    int end = found == null ? 0 : (int) Math.min(found.length, offset + target.remaining());
                    int start = (int) Math.min(offset, end);
                    return super.readRange(name, start, target.limit(target.position() + end - start));
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
