package io.tidemark.agent.inventory;

import io.tidemark.agent.backup.BitmapState;
import io.tidemark.schemas.event.AgentEvent.EpochInvalidated;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Remembers what each bitmap of our checkpoints was good for when it was last looked at, and tells each loss once.
/// For one thread.
final class BitmapWatch {
    private static final TrackerId TRACKER = new TrackerId("default");

    private final Map<Bitmap, Seen> seen = new HashMap<>();

    private record Bitmap(DomainUuid domain, String checkpoint, String target) {}

    /// What was seen last, how often it was missing in a row, and whether its loss was told.
    private record Seen(BitmapState state, int missing, boolean wasRecording, boolean isTold) {}

    /// Compares what is seen now with what was. A broken bitmap is told at once, a missing one when it is missed
    /// twice in a row, as a checkpoint that is being deleted loses its bitmap before its name. A bitmap that was
    /// never seen recording is not missed: the disk may never have had one.
    List<EpochInvalidated> looked(DomainUuid domain, String checkpoint, Map<String, BitmapState> states) {
        List<EpochInvalidated> lost = new ArrayList<>();
        states.forEach((target, state) ->
                looked(new Bitmap(domain, checkpoint, target), state).ifPresent(lost::add));
        return lost;
    }

    private Optional<EpochInvalidated> looked(Bitmap bitmap, BitmapState state) {
        Seen before = seen.getOrDefault(bitmap, new Seen(state, 0, false, false));
        boolean isRecording = state == BitmapState.RECORDING;
        int missing = state == BitmapState.MISSING ? before.missing() + 1 : 0;
        boolean isLost = switch (state) {
            case INCONSISTENT -> true;
            case MISSING -> before.wasRecording() && missing > 1;
            case RECORDING, NOT_RECORDING -> false;
        };
        boolean isTold = !isRecording && (before.isTold() || isLost);
        seen.put(bitmap, new Seen(state, missing, before.wasRecording() || isRecording, isTold));
        return isLost && !before.isTold() ? Optional.of(invalidated(bitmap, state)) : Optional.empty();
    }

    private static EpochInvalidated invalidated(Bitmap bitmap, BitmapState state) {
        boolean isMissing = state == BitmapState.MISSING;
        return new EpochInvalidated(
                bitmap.domain(),
                bitmap.target(),
                TRACKER,
                isMissing ? Reason.BITMAP_MISSING : Reason.BITMAP_INCONSISTENT,
                "bitmap " + bitmap.checkpoint() + " of disk " + bitmap.target() + ": expected it to record, found it "
                        + (isMissing ? "missing" : "inconsistent"));
    }

    /// Forgets the checkpoints of a domain that are no longer there.
    void keepOnly(DomainUuid domain, List<String> checkpoints) {
        Set<String> present = new HashSet<>(checkpoints);
        seen.keySet().removeIf(each -> each.domain().equals(domain) && !present.contains(each.checkpoint()));
    }
}
