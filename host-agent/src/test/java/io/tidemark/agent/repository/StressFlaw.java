package io.tidemark.agent.repository;

import io.tidemark.agent.repository.StressHistory.Doing;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.PassedOnBlobs;
import io.tidemark.agent.repository.log.LogRecord;
import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.ReadOpened;
import io.tidemark.agent.repository.log.RetoldLogs;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What is planted to show that histories would find it: a program that does not mind a record, or a store that
/// keeps too little. A collection that does not look again, at C5, is not among them: as long as no writer proves
/// a pack, nothing is lost without that look, which 4,000 histories agree with; `ProtocolModelTest` has writers
/// that do.
enum StressFlaw {
    NONE,
    COLLECTION_IGNORES_WRITE_SESSIONS {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return new AlteredLooks(store, history, AlteredLooks::endWriters);
        }
    },
    COLLECTION_IGNORES_READERS {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return new AlteredLooks(store, history, AlteredLooks::endReaders);
        }
    },
    /// What its sessions have made is then nobody's that is known, and stays for ever.
    REGISTRY_FORGETS_A_VM {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return new AlteredLooks(store, history, AlteredLooks::forgetVm);
        }
    },
    /// And a pack of a session that no log names is taken for nobody's.
    REGISTRY_FORGETS_A_VM_AND_ITS_SESSIONS_COUNT_AS_ENDED {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return new AlteredLooks(store, history, AlteredLooks::forgetVmAndEndItsSessions);
        }
    },
    COMMIT_DOES_NOT_LOOK_AT_THE_PARENT {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return blind(store, history, Doing.COMMITTING, Pruned.class::isInstance);
        }
    },
    CLOSED_ATTEMPT_COMMITS {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return blind(store, history, Doing.COMMITTING, AttemptClosed.class::isInstance);
        }
    },
    REPACKED_BESIDE_A_WRITER {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return blind(store, history, Doing.REPACKING, Opened.class::isInstance);
        }
    },
    REPACKED_BESIDE_A_READER {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return blind(store, history, Doing.REPACKING, ReadOpened.class::isInstance);
        }
    },
    READER_DOES_NOT_LOOK_FOR_PRUNES {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            return blind(store, history, Doing.READING, Pruned.class::isInstance);
        }
    },
    /// As a client of NFS that believes for a while that what it did not find is not there.
    LOG_READS_ARE_STALE {
        @Override
        BlobStore above(BlobStore store, StressHistory history) {
            Set<BlobName> missed = new HashSet<>();
            return new PassedOnBlobs(store) {
                @Override
                public Optional<byte[]> read(BlobName name, int bytesMax) {
                    if (history.random.nextInt(20) == 0) {
                        missed.clear();
                    }
                    Optional<byte[]> found = missed.contains(name) ? Optional.empty() : super.read(name, bytesMax);
                    if (found.isEmpty() && name.text().startsWith("vms/")) {
                        missed.add(name);
                    }
                    return found;
                }

                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    missed.remove(name);
                    return super.createIfAbsent(name, content);
                }
            };
        }
    },
    /// As where a creation is two requests.
    STORE_LOOKS_BEFORE_IT_CREATES {
        @Override
        BlobStore below(StressHistory history) {
            return new PassedOnBlobs(history.objects) {
                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    if (history.objects.objects.containsKey(name.text())) {
                        return Creation.TAKEN;
                    }
                    history.between(2);
                    history.objects.objects.put(name.text(), content.clone());
                    return Creation.CREATED;
                }
            };
        }
    },
    TOMBSTONES_STAY {
        @Override
        BlobStore below(StressHistory history) {
            return new PassedOnBlobs(history.objects) {
                @Override
                public void delete(BlobName name) {
                    if (!name.text().startsWith("tombstones/")) {
                        super.delete(name);
                    }
                }
            };
        }
    };

    static List<StressFlaw> planted() {
        return List.of(values()).subList(1, values().length);
    }

    /// The storage itself.
    BlobStore below(StressHistory history) {
        return history.objects;
    }

    /// The storage as one client sees it, in whose middle others may act.
    BlobStore above(BlobStore store, StressHistory history) {
        return store;
    }

    private static BlobStore blind(
            BlobStore store, StressHistory history, Doing when, Predicate<LogRecord> isOverlooked) {
        return new RetoldLogs(
                store,
                history.objects,
                () -> AlteredLooks.repository(history),
                () -> history.doing() == when,
                record -> isOverlooked.test(record) ? new Raised(0) : record);
    }
}
