package io.tidemark.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.BitmapState;
import io.tidemark.schemas.event.AgentEvent.EpochInvalidated;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BitmapWatchTest {
    private static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 1));
    private static final String CHECKPOINT = "tidemark-1";

    private final BitmapWatch watch = new BitmapWatch();

    @Test
    void aBrokenBitmapIsToldAtOnceAndOnce() {
        assertThat(looked(BitmapState.RECORDING)).isEmpty();

        assertThat(looked(BitmapState.INCONSISTENT)).containsExactly(Reason.BITMAP_INCONSISTENT);
        assertThat(looked(BitmapState.INCONSISTENT)).isEmpty();
    }

    @Test
    void aBitmapThatIsFoundBrokenAtTheFirstLookIsTold() {
        assertThat(looked(BitmapState.INCONSISTENT)).containsExactly(Reason.BITMAP_INCONSISTENT);
    }

    @Test
    void aMissingBitmapIsToldWhenItIsMissedTwice() {
        looked(BitmapState.RECORDING);

        assertThat(looked(BitmapState.MISSING)).isEmpty();
        assertThat(looked(BitmapState.MISSING)).containsExactly(Reason.BITMAP_MISSING);
        assertThat(looked(BitmapState.MISSING)).isEmpty();
    }

    @Test
    void aBitmapThatWasNeverSeenRecordingIsNotMissed() {
        looked(BitmapState.MISSING);

        assertThat(looked(BitmapState.MISSING)).isEmpty();
    }

    @Test
    void aCheckpointThatIsDeletedIsNotMissed() {
        looked(BitmapState.RECORDING);
        looked(BitmapState.MISSING);
        watch.keepOnly(DOMAIN, List.of());

        assertThat(looked(BitmapState.MISSING)).isEmpty();
        assertThat(looked(BitmapState.MISSING)).isEmpty();
    }

    private List<Reason> looked(BitmapState state) {
        return watch.looked(DOMAIN, CHECKPOINT, Map.of("vda", state)).stream()
                .map(EpochInvalidated::reason)
                .toList();
    }
}
