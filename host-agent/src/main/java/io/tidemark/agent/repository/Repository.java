package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Holds restore points. A point exists if, and only if, its commit record is in the log of its VM; what a caller
/// was told does not matter. Every failure is a {@link RepositoryException}. Safe for use by many threads and
/// processes.
public interface Repository {
    /// Lays out an empty repository of incarnation 1. On one that exists already it changes nothing.
    void create();

    /// The VMs that ever had a write session here, in the order of their ids.
    List<VmId> vms();

    /// Says in errors which one it is.
    String name();

    /// The id that it was given when it was created; empty if it never was. The place itself must be there.
    Optional<UUID> id();

    /// Whether there is a key that opens names and disks; always so without protection.
    boolean canOpen();

    /// All that the log of a VM says of its points.
    VmHistory history(VmId vm);

    /// The points of a VM that are committed and not removed, in the order of their commits.
    List<RestorePoint> points(VmId vm);

    /// A point that is committed and not removed, with those of its disks that increments can be built on: what
    /// says where their chunks lie is there and whole.
    Optional<RestorePoint> parent(PointKey point);

    /// Removes a whole point: from the return on it is gone. What no other point reaches is deleted by the next
    /// {@link #collect}. A point that was removed before is left alone; one never committed is
    /// {@link RepositoryException.NoSuchPoint}, one that is held {@link RepositoryException.PointHeld}.
    void remove(PointKey point);

    /// Keeps a point from being removed; it is so from the return on, for everybody. Returns the hold.
    Hold hold(PointKey point, String reason);

    /// Ends a hold. One that was released before is left alone.
    void release(VmId vm, HoldId hold);

    /// The holds on a VM's points.
    List<Hold> holds(VmId vm);

    /// Deletes what no point reaches, no session has made and nobody reads, and says how many bytes. May run beside
    /// anything and be ended at any time; deletes nothing where it cannot read all that it needs.
    long collect();

    /// The catalog incarnation that writers need at least.
    long incarnation();

    /// Raises the incarnation; after the return no attempt of a lower one commits. A lower or equal number does
    /// nothing.
    void raiseIncarnation(long incarnation);

    /// Begins a point. Nothing of it can be seen before {@link WriteSession#commit()}.
    WriteSession openWrite(WriteRequest request);

    /// After the return the attempt can no longer commit; one that has committed stays committed.
    void closeAttempt(VmId vm, Attempt attempt);

    /// What an attempt committed, even if it was removed since; empty if it did not commit.
    Optional<CommitReceipt> committed(VmId vm, Attempt attempt);

    /// Opens a disk of a point for random access.
    DiskReader openDisk(PointKey point, DiskId disk);
}
