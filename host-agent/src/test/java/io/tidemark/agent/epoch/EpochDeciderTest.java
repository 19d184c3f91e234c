package io.tidemark.agent.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.epoch.ObservedDisk.Bitmap;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EpochDeciderTest {
    private static final OptionalLong SIZE = OptionalLong.of(1024);
    private static final ProposedDisk.Parent PARENT = new ProposedDisk.Parent("tidemark-p1", "8:1:77", 1024);
    private static final ProposedDisk INCREMENT = new ProposedDisk("vda", Level.INCREMENTAL, null, PARENT);
    private static final ObservedDisk SOUND = new ObservedDisk(null, "8:1:77", SIZE, true, Bitmap.RECORDING);

    @Test
    void aRecordingBitmapOfTheSameImageGivesAnIncrement() {
        assertThat(EpochDecider.decide(INCREMENT, SOUND)).isEqualTo(DiskDecision.incremental("tidemark-p1"));
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                Arguments.of(
                        new ObservedDisk(Reason.TRACKING_UNSUPPORTED, "8:1:77", SIZE, true, Bitmap.RECORDING),
                        Reason.TRACKING_UNSUPPORTED),
                Arguments.of(
                        new ObservedDisk(null, "8:1:77", OptionalLong.of(2048), true, Bitmap.RECORDING),
                        Reason.DISK_RESIZED),
                Arguments.of(
                        new ObservedDisk(null, "8:1:77", OptionalLong.empty(), true, Bitmap.RECORDING),
                        Reason.SIZE_MISMATCH),
                Arguments.of(new ObservedDisk(null, "8:1:78", SIZE, true, Bitmap.RECORDING), Reason.DISK_REPLACED),
                Arguments.of(new ObservedDisk(null, null, SIZE, true, Bitmap.RECORDING), Reason.DISK_REPLACED),
                Arguments.of(new ObservedDisk(null, "8:1:77", SIZE, false, Bitmap.RECORDING), Reason.BITMAP_MISSING),
                Arguments.of(new ObservedDisk(null, "8:1:77", SIZE, true, Bitmap.MISSING), Reason.BITMAP_MISSING),
                Arguments.of(
                        new ObservedDisk(null, "8:1:77", SIZE, true, Bitmap.INCONSISTENT), Reason.BITMAP_INCONSISTENT),
                Arguments.of(
                        new ObservedDisk(null, "8:1:77", SIZE, true, Bitmap.NOT_RECORDING),
                        Reason.BITMAP_NOT_RECORDING));
    }

    @ParameterizedTest
    @MethodSource("mismatches")
    void anyMismatchMakesTheDiskFullWithItsReason(ObservedDisk observed, Reason reason) {
        assertThat(EpochDecider.decide(INCREMENT, observed)).isEqualTo(DiskDecision.full(reason));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
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
        observed.put("vdb", new ObservedDisk(null, "8:1:77", SIZE, true, Bitmap.INCONSISTENT));
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
    void aFullProposalWithoutReasonIsRefused() {
        assertThatThrownBy(() -> new ProposedDisk("vda", Level.FULL, null, null))
                .hasMessageContaining("vda");
    }
}
