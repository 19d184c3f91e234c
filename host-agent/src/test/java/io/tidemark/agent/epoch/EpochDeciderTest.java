package io.tidemark.agent.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EpochDeciderTest {
    private static final OptionalLong SIZE = OptionalLong.of(1024);
    private static final ProposedDisk.Parent PARENT = new ProposedDisk.Parent("tidemark-p1", "8:1:77", 1024);
    private static final ProposedDisk INCREMENT = new ProposedDisk("vda", Level.INCREMENTAL, null, PARENT);
    private static final ProposedDisk DIFFERENTIAL =
            new ProposedDisk("vda", Level.INCREMENTAL, Reason.DIFFERENTIAL, PARENT);
    private static final ObservedDisk SOUND = new ObservedDisk(null, "8:1:77", SIZE, true, BitmapState.RECORDING, null);

    @Test
    void aRecordingBitmapOfTheSameImageGivesAnIncrement() {
        assertThat(EpochDecider.decide(INCREMENT, SOUND)).isEqualTo(DiskDecision.incremental("tidemark-p1"));
    }

    @Test
    void aDifferentialIsAnIncrementThatSaysSo() {
        assertThat(EpochDecider.decide(DIFFERENTIAL, SOUND)).isEqualTo(DiskDecision.differential("tidemark-p1"));
        assertThat(DiskDecision.differential("tidemark-p1").level()).isEqualTo(Level.INCREMENTAL);
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                arguments(
                        new ObservedDisk(
                                Reason.TRACKING_UNSUPPORTED, "8:1:77", SIZE, true, BitmapState.RECORDING, null),
                        Reason.TRACKING_UNSUPPORTED),
                arguments(sized(OptionalLong.of(2048)), Reason.DISK_RESIZED),
                arguments(sized(OptionalLong.empty()), Reason.SIZE_MISMATCH),
                arguments(seen("8:1:78", BitmapState.RECORDING, null), Reason.DISK_REPLACED),
                arguments(seen(null, BitmapState.RECORDING, null), Reason.DISK_REPLACED),
                arguments(forgotten(BitmapState.RECORDING), Reason.CHECKPOINT_MISSING),
                arguments(forgotten(BitmapState.MISSING), Reason.BITMAP_MISSING),
                arguments(seen("9:9:9", BitmapState.GAP, null), Reason.BITMAP_GAP_IN_BACKING_CHAIN),
                arguments(seen("8:1:77", BitmapState.RECORDING, Reason.CHANGED_OFFLINE), Reason.CHANGED_OFFLINE),
                arguments(seen("9:9:9", BitmapState.RECORDING, Reason.CHANGED_OFFLINE), Reason.DISK_REPLACED),
                arguments(seen("8:1:77", BitmapState.MISSING, null), Reason.BITMAP_MISSING),
                arguments(seen("8:1:77", BitmapState.INCONSISTENT, null), Reason.BITMAP_INCONSISTENT),
                arguments(seen("8:1:77", BitmapState.NOT_RECORDING, null), Reason.BITMAP_NOT_RECORDING));
    }

    private static ObservedDisk seen(@Nullable String identity, BitmapState bitmap, @Nullable Reason doubt) {
        return new ObservedDisk(null, identity, SIZE, true, bitmap, doubt);
    }

    private static ObservedDisk sized(OptionalLong bytes) {
        return new ObservedDisk(null, "8:1:77", bytes, true, BitmapState.RECORDING, null);
    }

    /// By libvirt, which does not know the checkpoint any more.
    private static ObservedDisk forgotten(BitmapState bitmap) {
        return new ObservedDisk(null, "8:1:77", SIZE, false, bitmap, null);
    }

    @ParameterizedTest
    @MethodSource("mismatches")
    void anyMismatchMakesTheDiskFullWithItsReason(ObservedDisk observed, Reason reason) {
        assertThat(EpochDecider.decide(INCREMENT, observed)).isEqualTo(DiskDecision.full(reason));
        assertThat(EpochDecider.decide(DIFFERENTIAL, observed)).isEqualTo(DiskDecision.full(reason));
    }

    @ParameterizedTest
    @EnumSource(value = Reason.class, mode = EnumSource.Mode.EXCLUDE, names = "DIFFERENTIAL")
    void aProposedFullStaysFullForItsReasonHoweverSoundTheBitmap(Reason reason) {
        ProposedDisk full = new ProposedDisk("vda", Level.FULL, reason, PARENT);
        assertThat(EpochDecider.decide(full, SOUND)).isEqualTo(DiskDecision.full(reason));
    }

    @Test
    void anIncrementWithoutParentIsFull() {
        ProposedDisk orphan = new ProposedDisk("vda", Level.INCREMENTAL, null, null);
        assertThat(EpochDecider.decide(orphan, SOUND)).isEqualTo(DiskDecision.full(Reason.PARENT_MISSING));
    }

    @Test
    void oneBrokenDiskLeavesTheOthersIncremental() {
        Map<String, ObservedDisk> observed = new LinkedHashMap<>();
        observed.put("vda", SOUND);
        observed.put("vdb", new ObservedDisk(null, "8:1:77", SIZE, true, BitmapState.INCONSISTENT, null));
        observed.put("vdc", SOUND);
        ProposedDisk second = new ProposedDisk("vdb", Level.INCREMENTAL, null, PARENT);
        ProposedDisk gone = new ProposedDisk("vdz", Level.INCREMENTAL, null, PARENT);

        Map<String, DiskDecision> decisions = EpochDecider.decide(List.of(INCREMENT, second, gone), observed);

        assertThat(decisions)
                .containsOnly(
                        Map.entry("vda", DiskDecision.incremental("tidemark-p1")),
                        Map.entry("vdb", DiskDecision.full(Reason.BITMAP_INCONSISTENT)),
                        Map.entry("vdc", DiskDecision.full(Reason.DISK_ADDED)));
    }

    @Test
    void aReasonThatIsNotOfTheProposedLevelIsRefused() {
        assertThatThrownBy(() -> new ProposedDisk("vda", Level.FULL, null, null))
                .hasMessageContaining("vda");
        assertThatThrownBy(() -> new ProposedDisk("vda", Level.FULL, Reason.DIFFERENTIAL, PARENT))
                .hasMessageContaining("found full with DIFFERENTIAL");
        assertThatThrownBy(() -> new ProposedDisk("vda", Level.INCREMENTAL, Reason.COPY, PARENT))
                .hasMessageContaining("found incremental with COPY");
    }
}
