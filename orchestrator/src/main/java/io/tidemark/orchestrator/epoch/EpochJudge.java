package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.epoch.Verdict.Valid;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Holds what an epoch claims against what its host sees. Pure: no clock, no I/O, no randomness.
///
/// The order of the rules decides which reason is told: the cause before what follows from it.
public final class EpochJudge {
    private EpochJudge() {}

    /// What `report` makes of an epoch with that claim.
    public static Verdict judge(EpochClaim claim, VmReport report) {
        Optional<DiskReport> found = report.disks().stream()
                .filter(disk -> disk.target().equals(claim.target()))
                .findFirst();
        return found.map(disk -> disk.bitmaps() == null
                        ? new Unknown("the bitmaps of disk " + claim.target() + " could not be looked at")
                        : new Sight(claim, disk, disk.bitmaps(), report.checkpoints()).verdict())
                .orElseGet(() -> new Broken(Reason.NOT_TRACKED, missing(claim, report), 0));
    }

    private static String missing(EpochClaim claim, VmReport report) {
        return "disk " + claim.target() + ": expected it in the VM, found "
                + report.disks().stream().map(DiskReport::target).toList();
    }

    /// A disk whose bitmaps were looked at.
    private record Sight(EpochClaim claim, DiskReport disk, List<BitmapReport> bitmaps, List<String> checkpoints) {
        Verdict verdict() {
            if (!disk.trackable()) {
                Reason why = Objects.requireNonNullElse(disk.whyNot(), Reason.TRACKING_UNSUPPORTED);
                return broken(why, "expected one that can carry a bitmap, found " + why.code());
            }
            Long sizeThen = claim.disk().virtualSizeBytes();
            if (sizeThen != null && disk.virtualSizeBytes() > 0 && disk.virtualSizeBytes() != sizeThen) {
                return broken(Reason.DISK_RESIZED, "expected " + sizeThen + " bytes, found " + disk.virtualSizeBytes());
            }
            Optional<BitmapReport> bitmap = bitmaps.stream()
                    .filter(each -> each.checkpoint().equals(claim.checkpoint()))
                    .findFirst();
            // before the identity: an overlay that we did not make changes that as well
            return bitmap.filter(found -> found.state() == BitmapState.GAP).isPresent()
                    ? broken(
                            Reason.BITMAP_GAP_IN_BACKING_CHAIN,
                            "expected bitmap " + claim.checkpoint()
                                    + " in each image, found one without it on one that has it")
                    : onItsImage(bitmap);
        }

        private Verdict onItsImage(Optional<BitmapReport> bitmap) {
            String identity = disk.imageIdentity();
            String then = claim.disk().imageIdentity();
            if (!DiskThen.isIdentified(identity)) {
                return new Unknown("the image of disk " + claim.target() + " could not be identified");
            }
            if (then != null && !then.equals(identity)) {
                return broken(Reason.DISK_REPLACED, "expected the image " + then + ", found " + identity);
            }
            return bitmap.map(this::of).orElseGet(this::missing);
        }

        private Verdict of(BitmapReport bitmap) {
            Reason doubt = bitmap.doubt();
            if (doubt != null) {
                return broken(
                        doubt, "expected no write beside bitmap " + claim.checkpoint() + ", found " + doubt.code());
            }
            return switch (bitmap.state()) {
                case MISSING -> missing();
                case INCONSISTENT -> broken(Reason.BITMAP_INCONSISTENT, found("one that was not closed cleanly"));
                case NOT_RECORDING -> broken(Reason.BITMAP_NOT_RECORDING, found("one that does not record"));
                case GAP -> throw new IllegalStateException("bitmap " + claim.checkpoint() + ": a gap is told before");
                case RECORDING ->
                    hasCheckpoint()
                            ? new Valid(bitmap.granularityBytes(), bitmap.dirtyBytes())
                            : broken(Reason.CHECKPOINT_MISSING, found("that it does, and no checkpoint of its name"));
            };
        }

        private Verdict missing() {
            return broken(
                    Reason.BITMAP_MISSING,
                    found(hasCheckpoint() ? "none, though its checkpoint is there" : "none, and no checkpoint either"));
        }

        private String found(String what) {
            return "expected bitmap " + claim.checkpoint() + " to record, found " + what;
        }

        private boolean hasCheckpoint() {
            return checkpoints.contains(claim.checkpoint());
        }

        private Broken broken(Reason reason, String detail) {
            return new Broken(reason, "disk " + claim.target() + ": " + detail, disk.virtualSizeBytes());
        }
    }
}
