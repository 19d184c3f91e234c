package io.tidemark.orchestrator.epoch;

import static io.tidemark.orchestrator.epoch.EpochFixture.KEY;
import static io.tidemark.orchestrator.epoch.EpochFixture.POINT;
import static io.tidemark.orchestrator.epoch.EpochFixture.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.table.EpochRow;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochWatchTest {
    private final EpochFixture given = new EpochFixture();
    private final EpochWatch watch = new EpochWatch(given.hosts, given.book);

    @BeforeEach
    void anEpochLives() {
        given.advance(POINT, 1);
        given.sent.clear();
    }

    private void reported(VmReport report) {
        watch.reported(given.hosts.vms().getFirst(), report);
    }

    private boolean isLive() {
        return given.book.find(KEY).orElseThrow().epoch().isLive();
    }

    @Test
    void bitmapThatRecordsChangesNothingAndTellsNothing() {
        reported(report(BitmapState.RECORDING));

        assertThat(isLive()).isTrue();
        assertThat(given.sent).isEmpty();
    }

    @Test
    void brokenBitmapEndsTheEpochAndIsToldOnceHoweverOftenItIsReported() {
        reported(report(BitmapState.INCONSISTENT));
        reported(report(BitmapState.INCONSISTENT));
        reported(report(BitmapState.NOT_RECORDING));

        assertThat(isLive()).isFalse();
        assertThat(given.told(EpochInvalidated.class)).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo(Reason.BITMAP_INCONSISTENT);
            assertThat(event.detail()).startsWith("disk vda: expected bitmap tidemark-");
            assertThat(event.nextLevel()).isEqualTo(Level.FULL);
            assertThat(event.nextBytesMax()).isEqualTo(OneVm.DISK_BYTES);
        });
        assertThat(given.told(EpochRow.class)).singleElement().satisfies(row -> {
            assertThat(row.token()).isNull();
            assertThat(row.reason()).isEqualTo(Reason.BITMAP_INCONSISTENT);
            assertThat(row.revision()).isEqualTo(2);
        });
    }

    @Test
    void reportWithoutALookAtTheBitmapsChangesNothing() {
        reported(report(new DiskReport("vda", null, ImageFormat.QCOW2, OneVm.DISK_BYTES, "1:2", true, null, null)));

        assertThat(isLive()).isTrue();
    }

    @Test
    void diskThatIsTakenAwayEndsItsEpochAndTheDirectoryKnowsItsSize() {
        given.hosts.loseDisk();

        reported(report(BitmapState.RECORDING));

        assertThat(given.told(EpochInvalidated.class)).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo(Reason.NOT_TRACKED);
            assertThat(event.nextBytesMax()).isEqualTo(OneVm.DISK_BYTES);
        });
    }

    @Test
    void newEpochIsJudgedByItsOwnBitmap() {
        given.advance(new RestorePointId(new UUID(3, 2)), 2);

        reported(report(BitmapState.RECORDING));

        assertThat(given.told(EpochInvalidated.class))
                .extracting(EpochInvalidated::reason)
                .containsExactly(Reason.BITMAP_MISSING);
    }

    @Test
    void bitmapThatIsMissingOnTheNextHostHasNotComeAlong() {
        reported(report(BitmapState.RECORDING));
        given.hosts.moveTo(OneVm.OTHER_HOST);

        reported(report(List.of()));

        assertThat(given.told(EpochInvalidated.class)).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo(Reason.BITMAP_NOT_MIGRATED);
            assertThat(event.detail()).contains("was on host " + OneVm.HOST, "is on host " + OneVm.OTHER_HOST);
        });
    }

    /// What its first host would have told of it next did not come along.
    @Test
    void bitmapThatCameAlongProvesNothingOnAnotherHost() {
        reported(report(BitmapState.RECORDING));
        given.hosts.moveTo(OneVm.OTHER_HOST);

        reported(report(BitmapState.RECORDING));
        reported(report(BitmapState.RECORDING));

        assertThat(given.told(EpochInvalidated.class)).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo(Reason.BITMAP_NOT_MIGRATED);
            assertThat(event.detail()).contains("from host " + OneVm.HOST + " to host " + OneVm.OTHER_HOST);
        });
    }

    @Test
    void whatABackupCouldNotSeeOfItsDiskIsNotKept() {
        assertThat(List.of(result("", 0), result("unknown", 0)))
                .extracting(DiskThen::of)
                .containsOnly(DiskThen.UNKNOWN);
        assertThat(DiskThen.of(result("1:2", 5))).isEqualTo(new DiskThen("1:2", 5L));
    }

    private static DiskResult result(String identity, long bytes) {
        return new DiskResult(OneVm.DISK, "vda", Level.FULL, Reason.FIRST_BACKUP, bytes, 0, 0, identity, true, 0L);
    }
}
