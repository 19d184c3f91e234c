package io.tidemark.orchestrator.epoch;

import static io.tidemark.orchestrator.epoch.EpochFixture.BITMAP;
import static io.tidemark.orchestrator.epoch.EpochFixture.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.epoch.Verdict.Valid;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EpochJudgeTest {
    private static final EpochClaim CLAIM = new EpochClaim(BITMAP, "vda", new DiskThen("1:2", OneVm.DISK_BYTES));

    /// A disk on which everything may be wrong at once.
    private record Wrong(
            long bytes, String identity, @Nullable Reason whyNot, List<BitmapReport> bitmaps) {
        DiskReport disk() {
            return new DiskReport("vda", null, ImageFormat.QCOW2, bytes, identity, whyNot == null, whyNot, bitmaps);
        }

        Verdict judged(String... checkpoints) {
            return EpochJudge.judge(CLAIM, report(disk(), checkpoints));
        }
    }

    private static List<BitmapReport> bitmap(BitmapState state, @Nullable Reason doubt) {
        return List.of(new BitmapReport(BITMAP, state, doubt, 65_536, 131_072L));
    }

    private static Wrong image(String identity, List<BitmapReport> bitmaps) {
        return new Wrong(OneVm.DISK_BYTES, identity, null, bitmaps);
    }

    private static Reason reason(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Broken.class);
        return ((Broken) verdict).reason();
    }

    @Test
    void bitmapThatRecordsIsValidWithWhatItNames() {
        assertThat(EpochJudge.judge(CLAIM, report(BitmapState.RECORDING))).isEqualTo(new Valid(65_536, 131_072L));
    }

    @Test
    void diskThatTheHostDoesNotNameIsNotTracked() {
        VmReport without = new VmReport(OneVm.DOMAIN, "web", VmState.RUNNING, List.of(), List.of(BITMAP));

        assertThat(EpochJudge.judge(CLAIM, without))
                .isEqualTo(new Broken(Reason.NOT_TRACKED, "disk vda: expected it in the VM, found []", 0));
    }

    @Test
    void bitmapsThatWereNotLookedAtSayNothingWhateverElseIsWrong() {
        DiskReport disk =
                new DiskReport("vda", null, ImageFormat.RAW, 5, "9:9", false, Reason.TRACKING_UNSUPPORTED, null);

        assertThat(EpochJudge.judge(CLAIM, report(disk))).isInstanceOf(Unknown.class);
    }

    /// From each line to the next what was told is mended, and all that comes after it stays wrong.
    @Test
    void causeIsToldBeforeWhatFollowsFromIt() {
        List<BitmapReport> gap = bitmap(BitmapState.GAP, Reason.CHANGED_OFFLINE);
        List<BitmapReport> doubtful = bitmap(BitmapState.MISSING, Reason.CHANGED_OFFLINE);

        assertThat(reason(new Wrong(5, "9:9", Reason.BITMAP_FOREIGN, gap).judged()))
                .isEqualTo(Reason.BITMAP_FOREIGN);
        assertThat(reason(new Wrong(5, "9:9", null, gap).judged())).isEqualTo(Reason.DISK_RESIZED);
        assertThat(reason(image("9:9", gap).judged())).isEqualTo(Reason.BITMAP_GAP_IN_BACKING_CHAIN);
        assertThat(image("unknown", doubtful).judged()).isInstanceOf(Unknown.class);
        assertThat(reason(image("9:9", doubtful).judged())).isEqualTo(Reason.DISK_REPLACED);
        assertThat(reason(image("1:2", doubtful).judged())).isEqualTo(Reason.CHANGED_OFFLINE);
        assertThat(reason(image("1:2", bitmap(BitmapState.MISSING, null)).judged()))
                .isEqualTo(Reason.BITMAP_MISSING);
        assertThat(reason(image("1:2", bitmap(BitmapState.INCONSISTENT, null)).judged()))
                .isEqualTo(Reason.BITMAP_INCONSISTENT);
        assertThat(reason(image("1:2", bitmap(BitmapState.NOT_RECORDING, null)).judged()))
                .isEqualTo(Reason.BITMAP_NOT_RECORDING);
        assertThat(reason(image("1:2", bitmap(BitmapState.RECORDING, null)).judged()))
                .isEqualTo(Reason.CHECKPOINT_MISSING);
        assertThat(image("1:2", bitmap(BitmapState.RECORDING, null)).judged(BITMAP))
                .isInstanceOf(Valid.class);
    }

    @Test
    void diskThatCannotBeTrackedWithoutAReasonIsUnsupported() {
        DiskReport disk = new DiskReport("vda", null, ImageFormat.RAW, OneVm.DISK_BYTES, "1:2", false, null, List.of());

        assertThat(reason(EpochJudge.judge(CLAIM, report(disk)))).isEqualTo(Reason.TRACKING_UNSUPPORTED);
    }

    @Test
    void bitmapThatIsMissingSaysWhetherItsCheckpointIsThere() {
        assertThat(image("1:2", List.of()).judged())
                .isEqualTo(new Broken(
                        Reason.BITMAP_MISSING,
                        "disk vda: expected bitmap " + BITMAP + " to record, found none, and no checkpoint either",
                        OneVm.DISK_BYTES));
        assertThat(((Broken) image("1:2", List.of()).judged(BITMAP)).detail())
                .endsWith("found none, though its checkpoint is there");
    }

    @Test
    void bitmapOfAnotherPointIsNotTaken() {
        List<BitmapReport> other =
                List.of(new BitmapReport("tidemark-other", BitmapState.RECORDING, null, 65_536, null));

        assertThat(reason(image("1:2", other).judged("tidemark-other"))).isEqualTo(Reason.BITMAP_MISSING);
    }

    @Test
    void whatIsNotKnownOfThePointOrOfTheDiskIsNotCompared() {
        EpochClaim older = new EpochClaim(BITMAP, "vda", DiskThen.UNKNOWN);
        DiskReport unsized = new Wrong(0, "1:2", null, bitmap(BitmapState.RECORDING, null)).disk();

        assertThat(EpochJudge.judge(older, report(BitmapState.RECORDING))).isInstanceOf(Valid.class);
        assertThat(EpochJudge.judge(CLAIM, report(unsized, BITMAP))).isInstanceOf(Valid.class);
    }
}
