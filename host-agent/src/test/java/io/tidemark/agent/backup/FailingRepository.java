package io.tidemark.agent.backup;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.VmHistory;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.VmId;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// A repository that does what another does, and fails where a test says so, each time.
final class FailingRepository implements Repository {
    private final Repository inner;
    private final Map<Step, Runnable> actions = new EnumMap<>(Step.class);

    /// Where an attempt can be made to end without a commit.
    enum At {
        OPEN(Step.OPEN),
        PUT(Step.PUT),
        SEAL(Step.SEAL),
        COMMIT(Step.COMMIT);

        private final Step step;

        At(Step step) {
            this.step = step;
        }
    }

    /// Every place that can fail.
    enum Step {
        OPEN,
        PUT,
        SEAL,
        COMMIT,
        AFTER_COMMIT,
        CLOSE_ATTEMPT
    }

    FailingRepository(Repository inner) {
        this.inner = inner;
    }

    void failAt(At at, Supplier<RepositoryException> failure) {
        failAt(at.step, failure);
    }

    /// Has each such step wait, as for a file system over a network that has gone.
    void hangAt(At at, CountDownLatch until) {
        failAt(at.step, () -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new RepositoryException.RepositoryUnavailable(
                    "it came back too late", new java.io.IOException("late"));
        });
    }

    void failAt(Step step, Supplier<RepositoryException> failure) {
        doAt(step, () -> {
            throw failure.get();
        });
    }

    /// Has something else happen before each such step.
    void doAt(Step step, Runnable action) {
        actions.put(step, action);
    }

    private void reached(Step step) {
        Runnable action = actions.get(step);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void create() {
        inner.create();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Optional<UUID> id() {
        return inner.id();
    }

    @Override
    public boolean canOpen() {
        return inner.canOpen();
    }

    @Override
    public VmHistory history(VmId vm) {
        return inner.history(vm);
    }

    @Override
    public Hold hold(PointKey point, String reason) {
        return inner.hold(point, reason);
    }

    @Override
    public void release(VmId vm, HoldId hold) {
        inner.release(vm, hold);
    }

    @Override
    public List<Hold> holds(VmId vm) {
        return inner.holds(vm);
    }

    @Override
    public long collect() {
        return inner.collect();
    }

    @Override
    public List<RestorePoint> points(VmId vm) {
        return inner.points(vm);
    }

    @Override
    public List<VmId> vms() {
        return inner.vms();
    }

    @Override
    public void remove(PointKey point) {
        inner.remove(point);
    }

    @Override
    public Optional<RestorePoint> parent(PointKey point) {
        return inner.parent(point);
    }

    @Override
    public long incarnation() {
        return inner.incarnation();
    }

    @Override
    public void raiseIncarnation(long incarnation) {
        inner.raiseIncarnation(incarnation);
    }

    @Override
    public WriteSession openWrite(WriteRequest request) {
        reached(Step.OPEN);
        return new Session(inner.openWrite(request));
    }

    @Override
    public void closeAttempt(VmId vm, Attempt attempt) {
        reached(Step.CLOSE_ATTEMPT);
        inner.closeAttempt(vm, attempt);
    }

    @Override
    public Optional<CommitReceipt> committed(VmId vm, Attempt attempt) {
        return inner.committed(vm, attempt);
    }

    @Override
    public DiskReader openDisk(PointKey point, DiskId disk) {
        return inner.openDisk(point, disk);
    }

    private final class Session implements WriteSession {
        private final WriteSession session;

        private Session(WriteSession session) {
            this.session = session;
        }

        @Override
        public void putChunk(DiskId disk, long index, ByteBuffer bytes) {
            reached(Step.PUT);
            session.putChunk(disk, index, bytes);
        }

        @Override
        public void putZero(DiskId disk, ChunkRange range) {
            session.putZero(disk, range);
        }

        @Override
        public void keep(DiskId disk, ChunkRange range) {
            session.keep(disk, range);
        }

        @Override
        public boolean isAsInParent(DiskId disk, long index, ByteBuffer bytes) {
            return session.isAsInParent(disk, index, bytes);
        }

        @Override
        public void seal(PointDescription description) {
            reached(Step.SEAL);
            session.seal(description);
        }

        @Override
        public CommitReceipt commit() {
            reached(Step.COMMIT);
            CommitReceipt receipt = session.commit();
            reached(Step.AFTER_COMMIT);
            return receipt;
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
