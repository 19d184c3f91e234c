package io.tidemark.orchestrator.chain;

import static io.tidemark.schemas.vocabulary.BackupLevel.COPY;
import static io.tidemark.schemas.vocabulary.BackupLevel.DIFFERENTIAL;
import static io.tidemark.schemas.vocabulary.BackupLevel.FULL;
import static io.tidemark.schemas.vocabulary.BackupLevel.INCREMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainDeciderTest {
    private static final long SIZE = 1 << 20;
    private static final VmId VM = new VmId(new UUID(0, 1));
    private static final TrackerId OURS = new TrackerId("default");
    private static final RepositoryId HERE = new RepositoryId("here");
    private static final RepositoryId ELSEWHERE = new RepositoryId("elsewhere");
    private static final DiskId A = new DiskId(new UUID(0, 10));
    private static final DiskId B = new DiskId(new UUID(0, 11));
    private static final RestorePointId OLD = new RestorePointId(new UUID(0, 20));
    private static final RestorePointId NEW = new RestorePointId(new UUID(0, 21));

    /// One disk, what is known of it, and why it is full; null when it is incremental.
    private record Row(
            String name,
            BackupLevel level,
            Disk disk,
            List<Epoch> epochs,
            List<RestorePoint> points,
            @Nullable Reason reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Row> table() {
        return Stream.of(asked(), found(), differential()).flatMap(rows -> rows);
    }

    private static Stream<Row> asked() {
        RestorePoint here = point(NEW, 2, HERE, CopyState.AVAILABLE);
        RestorePoint copy = point(NEW, 2, HERE, CopyState.AVAILABLE, Reason.COPY);
        Disk raw = disk(A, SIZE, Reason.TRACKING_UNSUPPORTED);
        Disk qcow = disk(A, SIZE, null);
        List<Epoch> live = List.of(epoch(A, NEW, null));
        return Stream.of(
                new Row("live epoch", INCREMENTAL, qcow, live, List.of(here), null),
                new Row("forced", FULL, qcow, live, List.of(here), Reason.FORCED_FULL),
                new Row("copy", COPY, qcow, live, List.of(here), Reason.COPY),
                new Row("copy of a raw disk", COPY, raw, List.of(), List.of(here), Reason.COPY),
                new Row("only a copy yet", INCREMENTAL, qcow, List.of(), List.of(copy), Reason.FIRST_BACKUP));
    }

    private static Stream<Row> found() {
        RestorePoint here = point(NEW, 2, HERE, CopyState.AVAILABLE);
        RestorePoint elsewhere = point(NEW, 2, ELSEWHERE, CopyState.AVAILABLE);
        RestorePoint removing = point(NEW, 2, HERE, CopyState.REMOVING);
        Disk raw = disk(A, SIZE, Reason.TRACKING_UNSUPPORTED);
        Disk grown = disk(A, 2 * SIZE, null);
        Disk qcow = disk(A, SIZE, null);
        List<Epoch> live = List.of(epoch(A, NEW, null));
        List<Epoch> ended = List.of(epoch(A, null, Reason.BITMAP_MISSING));
        List<Epoch> limited = List.of(epoch(A, null, Reason.TRACKER_LIMIT));
        return Stream.of(
                new Row("no point yet", INCREMENTAL, qcow, List.of(), List.of(), Reason.FIRST_BACKUP),
                new Row("raw disk", INCREMENTAL, raw, List.of(), List.of(here), Reason.TRACKING_UNSUPPORTED),
                new Row("disk without an epoch", INCREMENTAL, qcow, List.of(), List.of(here), Reason.DISK_ADDED),
                new Row("resized", INCREMENTAL, grown, live, List.of(here), Reason.DISK_RESIZED),
                new Row("other repository", INCREMENTAL, qcow, live, List.of(elsewhere), Reason.REPOSITORY_CHANGED),
                new Row("parent is being removed", INCREMENTAL, qcow, live, List.of(removing), Reason.PARENT_MISSING),
                new Row("limit that was met", INCREMENTAL, qcow, limited, List.of(here), Reason.NOT_TRACKED),
                new Row("epoch that ended", INCREMENTAL, qcow, ended, List.of(here), Reason.BITMAP_MISSING));
    }

    /// What is full although a differential was asked for; each but the last would be an increment at best.
    private static Stream<Row> differential() {
        RestorePoint here = point(NEW, 2, HERE, CopyState.AVAILABLE);
        RestorePoint increment = incremental(NEW, 2, null);
        RestorePoint copy = point(NEW, 2, HERE, CopyState.AVAILABLE, Reason.COPY);
        RestorePoint elsewhere = point(NEW, 2, ELSEWHERE, CopyState.AVAILABLE);
        RestorePoint removing = point(NEW, 2, HERE, CopyState.REMOVING);
        Disk raw = disk(A, SIZE, Reason.TRACKING_UNSUPPORTED);
        Disk qcow = disk(A, SIZE, null);
        Disk grown = disk(A, 2 * SIZE, null);
        List<Epoch> live = List.of(epoch(A, NEW, null));
        List<Epoch> ended = List.of(epoch(A, null, Reason.BITMAP_MISSING));
        return Stream.of(
                new Row("differential at first", DIFFERENTIAL, qcow, List.of(), List.of(), Reason.FIRST_BACKUP),
                new Row(
                        "differential after an increment",
                        DIFFERENTIAL,
                        qcow,
                        live,
                        List.of(increment),
                        Reason.NO_FULL_TO_DIFFER_FROM),
                new Row("differential after a copy", DIFFERENTIAL, qcow, List.of(), List.of(copy), Reason.FIRST_BACKUP),
                new Row(
                        "differential elsewhere",
                        DIFFERENTIAL,
                        qcow,
                        live,
                        List.of(elsewhere),
                        Reason.REPOSITORY_CHANGED),
                new Row("full is being removed", DIFFERENTIAL, qcow, live, List.of(removing), Reason.PARENT_MISSING),
                new Row("differential resized", DIFFERENTIAL, grown, live, List.of(here), Reason.DISK_RESIZED),
                new Row("differential ended", DIFFERENTIAL, qcow, ended, List.of(here), Reason.BITMAP_MISSING),
                new Row("differential of a new disk", DIFFERENTIAL, qcow, List.of(), List.of(here), Reason.DISK_ADDED),
                new Row(
                        "differential of a raw disk",
                        DIFFERENTIAL,
                        raw,
                        live,
                        List.of(here),
                        Reason.TRACKING_UNSUPPORTED));
    }

    @ParameterizedTest
    @MethodSource("table")
    void aDiskIsFullForTheReasonNamedOrElseIncremental(Row row) {
        ChainProposal proposal = ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(OURS, HERE, 8), row.level(), List.of(row.disk()), row.epochs(), row.points()));

        DiskOrder order = proposal.orders().getFirst();
        assertThat(order.reason()).isEqualTo(row.reason());
        assertThat(order.level()).isEqualTo(row.reason() == null ? Level.INCREMENTAL : Level.FULL);
        assertThat(proposal.parent()).isEqualTo(row.reason() == null ? NEW : null);
    }

    @Test
    void disksWhoseEpochsNameDifferentPointsShareTheNewestAndTheOtherIsFull() {
        List<RestorePoint> points =
                List.of(point(OLD, 1, HERE, CopyState.AVAILABLE), point(NEW, 2, HERE, CopyState.AVAILABLE));

        ChainProposal proposal = ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(OURS, HERE, 8),
                BackupLevel.INCREMENTAL,
                List.of(disk(A, SIZE, null), disk(B, SIZE, null)),
                List.of(epoch(A, OLD, null), epoch(B, NEW, null)),
                points));

        assertThat(proposal.parent()).isEqualTo(NEW);
        assertThat(proposal.orders()).extracting(DiskOrder::level).containsExactly(Level.FULL, Level.INCREMENTAL);
        assertThat(proposal.orders().getFirst().reason()).isEqualTo(Reason.PARENT_MISSING);
    }

    @Test
    void differentialsDifferFromTheFullWhateverDifferentialsCameBetween() {
        Disk raw = disk(B, SIZE, Reason.TRACKING_UNSUPPORTED);

        ChainProposal proposal = differential(
                List.of(disk(A, SIZE, null), raw),
                List.of(epoch(A, OLD, null)),
                List.of(point(OLD, 1, HERE, CopyState.AVAILABLE), incremental(NEW, 2, Reason.DIFFERENTIAL)));

        assertThat(proposal.parent()).isEqualTo(OLD);
        assertThat(proposal.orders())
                .extracting(DiskOrder::level, DiskOrder::reason, DiskOrder::parentImageIdentity)
                .containsExactly(
                        tuple(Level.INCREMENTAL, Reason.DIFFERENTIAL, "image"),
                        tuple(Level.FULL, Reason.TRACKING_UNSUPPORTED, null));
    }

    /// One point is the parent of all, and a disk that is full in each differential would begin no epoch.
    @Test
    void oneDiskThatDoesNotStandOnTheFullMakesAllOfADifferentialFull() {
        List<Disk> disks = List.of(disk(A, SIZE, null), disk(B, SIZE, null));
        List<RestorePoint> points =
                List.of(point(OLD, 1, HERE, CopyState.AVAILABLE), point(NEW, 2, HERE, CopyState.AVAILABLE));

        assertAllFull(
                differential(disks, List.of(epoch(A, OLD, null), epoch(B, NEW, null)), points),
                Reason.NO_FULL_TO_DIFFER_FROM,
                Reason.NO_FULL_TO_DIFFER_FROM);
        assertAllFull(
                differential(disks, List.of(epoch(A, NEW, null), epoch(B, null, Reason.BITMAP_MISSING)), points),
                Reason.NO_FULL_TO_DIFFER_FROM,
                Reason.BITMAP_MISSING);
        assertAllFull(
                differential(disks, List.of(epoch(A, NEW, null)), points),
                Reason.NO_FULL_TO_DIFFER_FROM,
                Reason.DISK_ADDED);
    }

    private static void assertAllFull(ChainProposal proposal, Reason... reasons) {
        assertThat(proposal.parent()).isNull();
        assertThat(proposal.orders()).extracting(DiskOrder::level).containsOnly(Level.FULL);
        assertThat(proposal.orders()).extracting(DiskOrder::reason).containsExactly(reasons);
    }

    private static ChainProposal differential(List<Disk> disks, List<Epoch> epochs, List<RestorePoint> points) {
        return ChainDecider.propose(
                new ChainFacts(new ChainFacts.Target(OURS, HERE, 8), DIFFERENTIAL, disks, epochs, points));
    }

    @Test
    void pointsAndEpochsOfAnotherTrackerAreNoParents() {
        TrackerId theirs = new TrackerId("theirs");

        ChainProposal proposal = ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(theirs, HERE, 8),
                BackupLevel.INCREMENTAL,
                List.of(disk(A, SIZE, null)),
                List.of(epoch(A, NEW, null)),
                List.of(point(NEW, 2, HERE, CopyState.AVAILABLE))));

        assertThat(proposal.parent()).isNull();
        assertThat(proposal.orders().getFirst().reason()).isEqualTo(Reason.FIRST_BACKUP);
    }

    @Test
    void trackerWithoutAnEpochGetsNoneOnceTheVmHasAsManyAsItMay() {
        assertThat(full(new TrackerId("theirs"), INCREMENTAL, 1)).isEqualTo(Reason.TRACKER_LIMIT);
        assertThat(full(new TrackerId("theirs"), FULL, 1)).isEqualTo(Reason.TRACKER_LIMIT);
        assertThat(full(new TrackerId("theirs"), DIFFERENTIAL, 1)).isEqualTo(Reason.TRACKER_LIMIT);
        assertThat(full(new TrackerId("theirs"), COPY, 1)).isEqualTo(Reason.COPY);
        assertThat(full(new TrackerId("theirs"), FULL, 2)).isEqualTo(Reason.FORCED_FULL);
        assertThat(full(OURS, FULL, 1)).isEqualTo(Reason.FORCED_FULL);
    }

    private static @Nullable Reason full(TrackerId tracker, BackupLevel level, int trackersMax) {
        ChainProposal proposal = ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(tracker, HERE, trackersMax),
                level,
                List.of(disk(A, SIZE, null)),
                List.of(epoch(A, NEW, null)),
                List.of(point(NEW, 2, HERE, CopyState.AVAILABLE))));
        return proposal.orders().getFirst().reason();
    }

    private static Disk disk(DiskId id, long size, @Nullable Reason whyNot) {
        return new Disk(id, VM, "vda", null, ImageFormat.QCOW2, size, "image", whyNot == null, whyNot, true, 1);
    }

    private static Epoch epoch(DiskId disk, @Nullable RestorePointId point, @Nullable Reason reason) {
        return new Epoch(
                VM,
                disk,
                OURS,
                point,
                point == null ? null : HERE,
                point == null ? null : "token",
                point == null ? null : Instant.EPOCH,
                65_536,
                reason,
                1);
    }

    private static RestorePoint point(RestorePointId id, long sequence, RepositoryId repository, CopyState state) {
        return point(id, sequence, repository, state, null);
    }

    private static RestorePoint point(
            RestorePointId id, long sequence, RepositoryId repository, CopyState state, @Nullable Reason reason) {
        return listed(id, sequence, new Copy(repository, state, "sha256:0", SIZE, SIZE, 1), part(Level.FULL, reason));
    }

    private static RestorePoint incremental(RestorePointId id, long sequence, @Nullable Reason reason) {
        Copy copy = new Copy(HERE, CopyState.AVAILABLE, "sha256:0", SIZE, SIZE, 1);
        return listed(id, sequence, copy, part(Level.INCREMENTAL, reason));
    }

    private static Function<DiskId, DiskPart> part(Level level, @Nullable Reason reason) {
        return disk -> new DiskPart(disk, "vda", level, reason, SIZE, SIZE, SIZE, "image", true, SIZE);
    }

    private static RestorePoint listed(RestorePointId id, long sequence, Copy copy, Function<DiskId, DiskPart> part) {
        return new RestorePoint(
                id,
                VM,
                OURS,
                null,
                Instant.EPOCH,
                Consistency.CRASH,
                0,
                0,
                null,
                new Attempt(1, sequence),
                List.of(copy),
                Stream.of(A, B).map(part).toList(),
                RestorePoint.Freeze.UNTOLD);
    }
}
