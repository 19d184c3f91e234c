package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.CollectedMeanwhile;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.blob.PassedOnBlobs;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One history of a repository, drawn from a seed: what is done one after the other, and what is done in the
/// middle of that. Before each operation on the storage of whatever runs, something else may be done whole, by
/// the same thread, and in the middle of it a third thing; so others act between any two steps of a collection or
/// a commit, and the same seed makes the same history. Whatever is said or read is held against a model. What
/// goes wrong is an {@link AssertionError}. Fields that are not final follow the history.
final class StressHistory {
    /// What is under way. What others do in its middle is not.
    enum Doing {
        OPENING,
        WRITING,
        COMMITTING,
        CLOSING,
        READING,
        PRUNING,
        COLLECTING,
        REPACKING,
        RAISING
    }

    private static final int ACTIONS = 30;
    private static final int ACTIONS_IN_ALL_MAX = 90;
    private static final int DEPTH_MAX = 3;
    private static final int ODDS = 9;
    /// Of the 256 listings of packs.
    private static final int LISTING_ODDS = 500;
    private static final int WRITERS_MAX = 4;
    private static final int READERS_MAX = 3;
    private static final Duration DEAD_AFTER = Duration.ofDays(7);
    private static final Duration A_WHILE = Duration.ofDays(3);

    final MemoryBlobs objects = new MemoryBlobs();
    final Random random;
    final List<VmId> vms = new ArrayList<>();
    final Map<RestorePointId, StressPoint> points = new LinkedHashMap<>();
    private final Thread actor = Thread.currentThread();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
    private final Deque<Doing> doing = new ArrayDeque<>();
    private final StressFlaw flaw;
    private final Path work;
    private final List<BlobRepository> clients = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Writer> attempts = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private @Nullable String fault;
    private boolean isInterleaving;
    private int actions;
    private int collections;
    private int repacked;
    private int commits;
    private long sequence;
    private long raiseBegun = 1;
    private long raised = 1;

    /// @param work for temporary files
    StressHistory(long seed, StressFlaw flaw, Path work) {
        this.random = new Random(seed);
        this.flaw = flaw;
        this.work = work;
        client().create();
        for (int vm = 2 + random.nextInt(2); vm > 0; vm--) {
            vms.add(new VmId(new UUID(1, vm)));
            clients.add(client());
        }
    }

    private static final class Writer {
        private final BlobRepository client;
        private final StressPoint point;
        private final Level level;
        private final Instant openedAt;
        private @Nullable WriteSession session;
        private boolean isOpened;
        private boolean isSealed;
        private boolean isBusy;
        private boolean isClosingBegun;
        private boolean isClosed;

        private Writer(BlobRepository client, StressPoint point, Level level, Instant openedAt) {
            this.client = client;
            this.point = point;
            this.level = level;
            this.openedAt = openedAt;
        }
    }

    private record Reader(StressPoint point, DiskReader disk, Instant openedAt) {}

    /// A process of its own, which remembers nothing yet.
    BlobRepository client() {
        BlobStore stepping = new Stepping(flaw.below(this));
        return TestRepositories.over(
                flaw.above(stepping, this), work, now::get, () -> new UUID(random.nextLong(), random.nextLong()));
    }

    /// What is under way just now, in the middle of anything else; null if it is nothing.
    @Nullable
    Doing doing() {
        return Thread.currentThread() == actor ? doing.peek() : null;
    }

    int depth() {
        return doing.size();
    }

    /// Lets somebody else act, at times.
    void between(int odds) {
        boolean isTime = Thread.currentThread() == actor
                && isInterleaving
                && actions < ACTIONS_IN_ALL_MAX
                && !doing.isEmpty()
                && doing.size() <= DEPTH_MAX;
        if (isTime && random.nextInt(odds) == 0) {
            act();
        }
    }

    /// How often a point was repacked.
    int repacked() {
        return repacked;
    }

    /// Runs the history and says how many points it committed.
    int run() {
        isInterleaving = true;
        for (int action = 0; action < ACTIONS; action++) {
            act();
        }
        isInterleaving = false;
        end();
        require(fault == null, String.valueOf(fault));
        return commits;
    }

    private void act() {
        actions++;
        int drawn = random.nextInt(33);
        switch (drawn) {
            case 0, 1, 2, 3, 4, 5 -> open();
            case 6, 7, 8, 9, 10 ->
                picked(writers, each -> !each.isSealed && !each.isBusy).ifPresent(this::write);
            case 11, 12, 13, 14, 15 ->
                picked(writers, each -> each.isSealed && !each.isBusy).ifPresent(this::commit);
            case 16 -> picked(writers, each -> !each.isBusy).ifPresent(this::abandon);
            case 17 -> picked(attempts, each -> each.isOpened).ifPresent(this::closeAttempt);
            case 18, 19 -> openReader();
            case 20 -> picked(readers, _ -> true).ifPresent(this::read);
            case 21 -> picked(readers, _ -> true).ifPresent(this::closeReader);
            case 22, 23, 24 -> prune();
            case 25, 26, 27, 28 -> collect(random.nextBoolean() ? client() : anyClient());
            case 29, 30, 31 -> repack(random.nextBoolean() ? client() : anyClient());
            default -> rareThing();
        }
    }

    private void rareThing() {
        if (random.nextInt(3) == 0) {
            raise();
        } else {
            now.updateAndGet(instant -> instant.plus(A_WHILE));
        }
    }

    private <T> Optional<T> picked(java.util.Collection<T> all, Predicate<T> isWanted) {
        List<T> wanted = all.stream().filter(isWanted).toList();
        return wanted.isEmpty() ? Optional.empty() : Optional.of(wanted.get(random.nextInt(wanted.size())));
    }

    private BlobRepository anyClient() {
        return clients.get(random.nextInt(clients.size()));
    }

    void require(boolean isRight, String otherwise) {
        if (!isRight) {
            fault = fault == null ? otherwise : fault;
            throw new AssertionError(fault);
        }
    }

    /// Does something, and no exception may come of it that it does not handle.
    private void doing(Doing what, Runnable work) {
        doing.push(what);
        try {
            work.run();
        } catch (RuntimeException unexpected) {
            fault = fault == null ? what + ": " + unexpected : fault;
            throw new AssertionError(fault, unexpected);
        } finally {
            doing.pop();
        }
    }

    private void open() {
        if (writers.size() >= WRITERS_MAX) {
            return;
        }
        VmId vm = vms.get(random.nextInt(vms.size()));
        boolean alsoPruned = random.nextInt(10) == 0;
        StressPoint parent = random.nextInt(4) == 0
                ? null
                : picked(
                                points.values(),
                                each -> each.key.vm().equals(vm) && each.isCommitted && (alsoPruned || !each.isPruned))
                        .orElse(null);
        Level level = parent != null && random.nextInt(3) > 0 ? Level.INCREMENTAL : Level.FULL;
        sequence++;
        PointKey key = new PointKey(vm, new RestorePointId(new UUID(3, sequence)));
        StressPoint point = StressPoint.drawn(random, key, new Attempt(raised, sequence), parent);
        points.put(key.point(), point);
        Writer writer = new Writer(anyClient(), point, level, now.get());
        writer.isBusy = true;
        attempts.add(writer);
        doing(Doing.OPENING, () -> {
            try {
                writer.session = writer.client.openWrite(point.request(level));
                writers.add(writer);
            } catch (RepositoryException refused) {
                requireExcused(writer, refused);
            }
            writer.isOpened = true;
        });
        writer.isBusy = false;
    }

    private void write(Writer writer) {
        writer.isBusy = true;
        doing(Doing.WRITING, () -> {
            WriteSession session = session(writer);
            try {
                writer.point.write(session, writer.level);
                writer.isSealed = true;
            } catch (RepositoryException refused) {
                requireExcused(writer, refused);
                abandon(writer);
            }
        });
        writer.isBusy = false;
    }

    private static WriteSession session(Writer writer) {
        if (writer.session == null) {
            throw new IllegalStateException("no session");
        }
        return writer.session;
    }

    private void commit(Writer writer) {
        writer.isBusy = true;
        boolean mustFail = mustFail(writer);
        doing(Doing.COMMITTING, () -> {
            try {
                session(writer).commit();
                require(!mustFail, "commit of " + writer.point + " after something that ends it");
                writer.point.isCommitted = true;
                commits++;
            } catch (RepositoryException refused) {
                requireExcused(writer, refused);
            }
            abandon(writer);
        });
    }

    private boolean mustFail(Writer writer) {
        StressPoint parent = writer.point.parent;
        return writer.isClosed
                || writer.point.attempt.incarnation() < raised
                || (parent != null && parent.isPruned)
                || newer(writer).anyMatch(each -> each.isOpened && each.session != null);
    }

    private Stream<Writer> newer(Writer writer) {
        return attempts.stream()
                .filter(each -> each.point.key.vm().equals(writer.point.key.vm())
                        && each.point.attempt.compareTo(writer.point.attempt) > 0);
    }

    /// Nobody is refused without a reason.
    private void requireExcused(Writer writer, RepositoryException refused) {
        boolean isEnded = writer.isClosingBegun || isLost(writer.openedAt);
        boolean isParentGone = writer.point.parent != null && writer.point.parent.isPruneBegun;
        boolean isExcused = switch (refused) {
            case AttemptStale _ ->
                isEnded
                        || writer.point.attempt.incarnation() < raiseBegun
                        || newer(writer).findAny().isPresent();
            case ParentMissing _ -> isParentGone;
            case DamagedException _ -> isParentGone || isEnded;
            case CollectedMeanwhile _ -> points.values().stream().anyMatch(other -> other.isPruneBegun);
            case RepositoryUnavailable _ -> isEnded;
            default -> false;
        };
        require(isExcused, writer.point + " of " + writer.level + ": " + refused);
    }

    private boolean isLost(Instant openedAt) {
        return Duration.between(openedAt, now.get()).compareTo(DEAD_AFTER) > 0;
    }

    /// Gives it up; nobody commits it any more.
    private void abandon(Writer writer) {
        WriteSession session = session(writer);
        writers.remove(writer);
        session.close();
    }

    private void closeAttempt(Writer writer) {
        writer.isClosingBegun = true;
        StressPoint point = writer.point;
        doing(Doing.CLOSING, () -> anyClient().closeAttempt(point.key.vm(), point.attempt));
        writer.isClosed = true;
    }

    private void openReader() {
        boolean alsoPruned = random.nextInt(5) == 0;
        Optional<StressPoint> picked =
                picked(points.values(), each -> each.isCommitted && (alsoPruned || !each.isPruned));
        if (picked.isEmpty() || readers.size() >= READERS_MAX) {
            return;
        }
        StressPoint point = picked.get();
        boolean wasPruned = point.isPruned;
        Instant openedAt = now.get();
        doing(Doing.READING, () -> {
            try {
                readers.add(new Reader(point, anyClient().openDisk(point.key, StressPoint.DISK), openedAt));
                require(!wasPruned, "reader of pruned " + point);
            } catch (NoSuchPoint gone) {
                require(point.isPruneBegun, "no " + point);
            } catch (DamagedException damaged) {
                require(isLost(openedAt), point + ": " + damaged);
            }
        });
    }

    /// Nobody closes it meanwhile.
    private void read(Reader reader) {
        readers.remove(reader);
        doing(Doing.READING, () -> {
            try {
                boolean isSame = reader.point.isSame(reader.disk.read(0, StressPoint.SIZE_BYTES));
                require(isSame, "other bytes of " + reader.point);
            } catch (DamagedException damaged) {
                require(isLost(reader.openedAt), reader.point + ": " + damaged);
            }
        });
        readers.add(reader);
    }

    private void closeReader(Reader reader) {
        readers.remove(reader);
        doing(Doing.CLOSING, reader.disk::close);
    }

    /// What the repository names as a point, be it that its writer does not know that yet.
    private void prune() {
        doing(Doing.PRUNING, () -> {
            VmId vm = vms.get(random.nextInt(vms.size()));
            picked(anyClient().points(vm), _ -> true)
                    .map(each -> points.get(each.key().point()))
                    .ifPresent(point -> {
                        point.isPruneBegun = true;
                        anyClient().remove(point.key);
                        point.isPruned = true;
                    });
        });
    }

    private void raise() {
        long incarnation = ++raiseBegun;
        doing(Doing.RAISING, () -> anyClient().raiseIncarnation(incarnation));
        raised = Math.max(raised, incarnation);
    }

    /// It may find a node gone that a point needed when it looked, if another collection came between.
    private void collect(BlobRepository client) {
        int before = ++collections;
        doing(Doing.COLLECTING, () -> {
            try {
                client.collect();
            } catch (DamagedException damaged) {
                require(collections > before, "collection: " + damaged);
            }
        });
    }

    /// It may find a node gone that a point needed when it looked, if a collection came between. Nobody else is
    /// refused anything because of it.
    private void repack(BlobRepository client) {
        int before = collections;
        int deadPercent = 1 + random.nextInt(60);
        doing(Doing.REPACKING, () -> {
            try {
                Repack all = Repack.of(client).deadPercent(deadPercent).atAnyGain();
                repacked += all.run((_, _) -> between(ODDS)).points();
            } catch (DamagedException damaged) {
                require(collections > before, "repack: " + damaged);
            }
        });
    }

    private void end() {
        List.copyOf(readers).forEach(this::read);
        List.copyOf(readers).forEach(this::closeReader);
        List.copyOf(writers).forEach(this::abandon);
        attempts.forEach(this::closeAttempt);
        collect(client());
        collect(client());
        new StressEnd(this).check();
    }

    /// Between any two operations there is room for somebody else.
    private final class Stepping extends PassedOnBlobs {
        private Stepping(BlobStore below) {
            super(below);
        }

        @Override
        public Creation createIfAbsent(BlobName name, byte[] content) {
            between(ODDS);
            return super.createIfAbsent(name, content);
        }

        @Override
        public Optional<byte[]> read(BlobName name, int bytesMax) {
            between(ODDS);
            return super.read(name, bytesMax);
        }

        @Override
        public boolean readRange(BlobName name, long offset, ByteBuffer target) {
            between(ODDS);
            return super.readRange(name, offset, target);
        }

        @Override
        public Optional<End> readEnd(BlobName name, int bytesMax) {
            between(ODDS);
            return super.readEnd(name, bytesMax);
        }

        @Override
        public List<BlobName> list(String folder) {
            between(folder.startsWith("packs/") ? LISTING_ODDS : ODDS);
            return super.list(folder);
        }

        @Override
        public void delete(BlobName name) {
            between(ODDS);
            super.delete(name);
        }
    }
}
