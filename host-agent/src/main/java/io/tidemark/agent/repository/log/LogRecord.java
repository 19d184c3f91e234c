package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One record of a VM's log. Who appends which, and when, is told in `docs/formats/repository.md`.
public sealed interface LogRecord {
    /// A session begins. `openedAt` is for people, and for whom to take for dead; nothing else follows from it.
    sealed interface Opening extends LogRecord {
        SessionId session();

        Instant openedAt();
    }

    /// An attempt began to write the point.
    record Opened(SessionId session, Attempt attempt, RestorePointId point, Instant openedAt) implements Opening {}

    /// Somebody reads the point.
    record ReadOpened(SessionId session, RestorePointId point, Instant openedAt) implements Opening {}

    /// Somebody repacks points of the VM.
    record RepackOpened(SessionId session, Instant openedAt) implements Opening {}

    /// The point exists. The one record that is signed.
    ///
    /// @param host who wrote it, and signs it
    /// @param decoded what of the new chunks the writer had unpacked again by then
    /// @param made the packs of the attempt, in this session and in earlier ones
    /// @param previousCommit digest of the newest earlier commit record of this log
    record Committed(
            SessionId session,
            Attempt attempt,
            HostId host,
            RestorePointId point,
            TrackerId tracker,
            @Nullable RestorePointId parent,
            PointDescription description,
            Decoding decoded,
            List<RootedDisk> disks,
            List<MadePacks> made,
            @Nullable Digest previousCommit)
            implements LogRecord {
        public Committed {
            disks = List.copyOf(disks);
            made = List.copyOf(made);
        }
    }

    /// The point counts no more.
    record Pruned(RestorePointId point) implements LogRecord {}

    /// The point lies elsewhere from now on, and is what it was.
    ///
    /// @param disks those of which the root has moved
    /// @param made the packs of the session
    record Repacked(SessionId session, RestorePointId point, List<MovedDisk> disks, List<MadePacks> made)
            implements LogRecord {
        public Repacked {
            disks = List.copyOf(disks);
            made = List.copyOf(made);
        }

        /// The commit of the point as if it had been made so.
        Committed applied(Committed commit) {
            return new Committed(
                    commit.session(),
                    commit.attempt(),
                    commit.host(),
                    commit.point(),
                    commit.tracker(),
                    commit.parent(),
                    commit.description(),
                    commit.decoded(),
                    commit.disks().stream().map(this::applied).toList(),
                    Stream.concat(commit.made().stream(), made.stream()).toList(),
                    commit.previousCommit());
        }

        private RootedDisk applied(RootedDisk disk) {
            return disks.stream()
                    .filter(moved ->
                            moved.disk().equals(disk.disk().description().disk()))
                    .findFirst()
                    .map(moved ->
                            new RootedDisk(disk.disk(), new DiskRoot(disk.root().id(), moved.root())))
                    .orElse(disk);
        }
    }

    /// The point is not to be pruned until the hold is released.
    record Held(Hold hold) implements LogRecord {}

    record Released(HoldId hold) implements LogRecord {}

    /// What was proved in a session that was opened before must be proved again in another one.
    record Fence(SessionId collection) implements LogRecord {}

    /// What the session has made is nobody's, unless a point needs it.
    record SessionClosed(SessionId session) implements LogRecord {}

    /// The attempt can no longer commit, and all its sessions count as closed.
    record AttemptClosed(Attempt attempt) implements LogRecord {}

    /// Attempts of a lower incarnation can no longer commit.
    record Raised(long incarnation) implements LogRecord {}

    /// A disk and where the root of its tree lies.
    record MovedDisk(DiskId disk, Place root) {}

    /// A disk and the root of its tree.
    record RootedDisk(StoredDisk disk, DiskRoot root) {}

    /// The packs 0 to `count` - 1 of a session. A list of them would outgrow a record.
    ///
    /// @param sizeBytes of all of them
    /// @param digest SHA-256 of each one's size, 8 bytes big-endian, and its directory's digest, in order
    record MadePacks(SessionId session, int count, long sizeBytes, Digest digest) {}
}
