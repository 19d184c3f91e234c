package io.tidemark.agent.backup;

/// What a running guest had of its disks so far: how many requests ended, and how long they took altogether, from
/// the device's hand to its answer. A request under way is in neither.
///
/// @param requests reads, writes and flushes of all disks
public record GuestIo(long requests, long nanos) {
    public static final GuestIo NONE = new GuestIo(0, 0);

    /// What came since then. Negative requests mean another process than then.
    GuestIo since(GuestIo then) {
        return new GuestIo(requests - then.requests, nanos - then.nanos);
    }

    /// How long a request took in the mean; 0 where there was none.
    long meanNanos() {
        return requests <= 0 ? 0 : nanos / requests;
    }
}
