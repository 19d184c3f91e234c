package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.EpochStore.Numbered;

/// What must be true on the VM's host for an epoch to be good.
///
/// @param checkpoint the name of its point's checkpoint, which is that of the bitmaps as well
/// @param target the disk's, as its host names it by now
/// @param disk as it was at the point
public record EpochClaim(String checkpoint, String target, DiskThen disk) {
    public static EpochClaim of(Numbered live, String target) {
        return new EpochClaim(Epoch.CHECKPOINT_MARK + live.epoch().point(), target, live.disk());
    }
}
