package io.tidemark.agent.epoch;

import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Decides full or incremental for each disk (invariant I3). Pure. It never strengthens a proposal, and a
/// mismatch of one disk never touches another: libvirt checks none of this and would lose changes without a word.
public final class EpochDecider {
    private EpochDecider() {}

    /// One decision for each disk that the domain has, by target. A disk that was not proposed is full with
    /// `disk-added`; a proposed disk that the domain does not have gets no decision.
    public static SequencedMap<String, DiskDecision> decide(
            List<ProposedDisk> proposed, Map<String, ObservedDisk> observed) {
        Map<String, ProposedDisk> byTarget = new LinkedHashMap<>();
        proposed.forEach(disk -> byTarget.put(disk.target(), disk));
        SequencedMap<String, DiskDecision> decisions = new LinkedHashMap<>();
        observed.forEach((target, disk) -> {
            ProposedDisk proposal = byTarget.get(target);
            decisions.put(target, proposal == null ? added(disk) : decide(proposal, disk));
        });
        return decisions;
    }

    private static DiskDecision added(ObservedDisk disk) {
        return DiskDecision.full(disk.untrackable() == null ? Reason.DISK_ADDED : disk.untrackable());
    }

    static DiskDecision decide(ProposedDisk proposal, ObservedDisk disk) {
        if (proposal.reason() != null && proposal.reason().beginsNoBitmap()) {
            return DiskDecision.full(proposal.reason()); // whatever is known of the bitmap, it is left alone
        }
        if (disk.untrackable() != null) {
            return DiskDecision.full(disk.untrackable());
        }
        if (proposal.level() == Level.FULL && proposal.reason() != null) {
            return DiskDecision.full(proposal.reason());
        }
        ProposedDisk.Parent parent = proposal.parent();
        if (parent == null) {
            return DiskDecision.full(Reason.PARENT_MISSING);
        }
        Reason broken = whyNotFrom(parent, disk);
        if (broken != null) {
            return DiskDecision.full(broken);
        }
        return proposal.reason() == Reason.DIFFERENTIAL
                ? DiskDecision.differential(parent.checkpoint())
                : DiskDecision.incremental(parent.checkpoint());
    }

    /// The size is looked at first: an image's identity may hold its size, and *resized* says more than *replaced*.
    /// Null if the disk can go on from the parent.
    private static @Nullable Reason whyNotFrom(ProposedDisk.Parent parent, ObservedDisk disk) {
        if (disk.virtualSizeBytes().isEmpty()) {
            return Reason.SIZE_MISMATCH;
        }
        if (disk.virtualSizeBytes().getAsLong() != parent.virtualSizeBytes()) {
            return Reason.DISK_RESIZED;
        }
        if (disk.bitmap() == BitmapState.GAP) {
            return Reason.BITMAP_GAP_IN_BACKING_CHAIN; // whose new image is another one as well
        }
        if (!parent.imageIdentity().equals(disk.imageIdentity())) {
            return Reason.DISK_REPLACED;
        }
        if (disk.doubt() != null) {
            return disk.doubt();
        }
        if (!disk.checkpointExists()) {
            return disk.bitmap() == BitmapState.MISSING ? Reason.BITMAP_MISSING : Reason.CHECKPOINT_MISSING;
        }
        return switch (disk.bitmap()) {
            case RECORDING -> null;
            case NOT_RECORDING -> Reason.BITMAP_NOT_RECORDING;
            case INCONSISTENT -> Reason.BITMAP_INCONSISTENT;
            case GAP -> Reason.BITMAP_GAP_IN_BACKING_CHAIN;
            case MISSING -> Reason.BITMAP_MISSING;
        };
    }
}
