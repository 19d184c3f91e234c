package io.tidemark.bench;

import java.util.Map;

/// All that one round has measured.
///
/// @param full ours and virtnbdbackup's
/// @param theirFullSyncSeconds how long virtnbdbackup's backup then took to be on the disk
/// @param nbdcopy reading the same disks to nowhere
/// @param restore of the data disk to a qcow2 image, ours and virtnbdrestore's
/// @param rawRestore ours to a raw image
/// @param stored bytes that the two full backups take on disk
/// @param epochQuestionMillis the median of some questions for a disk's epoch
record Round(
        Both full,
        double theirFullSyncSeconds,
        Cost nbdcopy,
        Both restore,
        Cost rawRestore,
        Stored stored,
        Increments increments,
        double epochQuestionMillis) {
    /// The same work of both sides.
    record Both(Cost ours, Cost theirs) {}

    record Stored(long oursBytes, long theirsBytes) {}

    /// Two increments with nothing dirty, on two domains of one shape.
    ///
    /// @param cost of the whole request and of the whole program
    /// @param oursMillis from the beginning of the agent's attempt until the commit is durable
    /// @param dirtyBytes what our increment found dirty
    /// @param phaseMillis where our agent's time went, in order
    record Increments(Both cost, long oursMillis, long dirtyBytes, Map<String, Long> phaseMillis) {
        double oursSeconds() {
            return oursMillis / 1000.0;
        }
    }
}
