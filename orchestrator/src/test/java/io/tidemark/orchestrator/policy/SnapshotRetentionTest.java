package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotService.Story;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.orchestrator.snapshot.SnapshotTask;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState;
import io.tidemark.orchestrator.snapshot.SomeSnapshot;
import io.tidemark.orchestrator.snapshot.Taken;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Which snapshots of a policy are given up.
class SnapshotRetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");
    private static final VmId OTHER = new VmId(new UUID(1, 2));

    @Test
    void theNewestStayAndTheOldestOfTheOthersGoesFirst() {
        assertThat(beyond(2, at(3, 5), at(1, 20), at(2, 10))).containsExactly(id(1));
        assertThat(beyond(1, at(3, 5), at(1, 20), at(2, 10))).containsExactly(id(1));
        assertThat(beyond(3, at(3, 5), at(1, 20), at(2, 10))).isEmpty();
    }

    @Test
    void oneGoesAtATime() {
        assertThat(beyond(1, at(3, 5), at(2, 10), story(1, SomeSnapshot.VM, SnapshotState.DELETING, 20)))
                .isEmpty();
    }

    /// Neither takes the place of one that is there, nor can be given up now.
    @Test
    void whatIsBeingTakenOrPutBackIsNotCounted() {
        assertThat(beyond(
                        1,
                        at(3, 5),
                        story(2, SomeSnapshot.VM, SnapshotState.CREATING, 1),
                        story(1, SomeSnapshot.VM, SnapshotState.REVERTING, 20)))
                .isEmpty();
    }

    @Test
    void eachVmHasItsOwn() {
        Story foreign = story(4, OTHER, SnapshotState.PRESENT, 30);
        Story foreignToo = story(5, OTHER, SnapshotState.PRESENT, 1);

        assertThat(beyond(1, at(2, 5), at(1, 20), foreign)).containsExactly(id(1));
        assertThat(beyond(1, at(2, 5), at(1, 20), foreign, foreignToo)).containsExactly(id(1), id(4));
    }

    @Test
    void whatCouldNotBeGivenUpWaitsWhileTheNextOneIsTried() {
        Story failedJustNow = failed(1, 20, Duration.ofMinutes(9));
        Story failedLongAgo = failed(1, 20, Duration.ofMinutes(11));

        assertThat(beyond(1, at(3, 5), at(2, 10), failedJustNow)).containsExactly(id(2));
        assertThat(beyond(1, at(3, 5), at(2, 10), failedLongAgo)).containsExactly(id(1));
    }

    @Test
    void onlyAPolicyOfSnapshotsThatIsInForceGivesUp() {
        Policy.Snapshots ofSnapshots = new Policy.Snapshots(null, null, false);
        Policy.Backups ofBackups =
                new Policy.Backups(new RepositoryId("repo"), TrackerId.DEFAULT, BackupLevel.INCREMENTAL);

        assertThat(givenUpBy(ofSnapshots, true)).containsExactly(id(1));
        assertThat(givenUpBy(ofSnapshots, false)).isEmpty();
        assertThat(givenUpBy(ofBackups, true)).isEmpty();
    }

    private static List<SnapshotId> givenUpBy(Policy.Purpose purpose, boolean isEnabled) {
        Policy.Terms terms = new Policy.Terms(
                new Schedule.Interval(Duration.ofHours(1)),
                new Selection.NamePattern("*"),
                purpose,
                Quiescing.ALL,
                1,
                Duration.ofHours(1),
                isEnabled);
        Policy policy = new Policy(new PolicyId(new UUID(9, 9)), "hourly", terms);
        OnePolicy policies = new OnePolicy(new PolicyStatus(policy, null, null, null, null));
        ScriptedSnapshots snapshots = new ScriptedSnapshots();
        snapshots.keep(at(1, 20));
        snapshots.keep(at(2, 10));
        new SnapshotRetention(policies, snapshots, policies, Clock.fixed(NOW, ZoneOffset.UTC)).apply();
        return snapshots.givenUp();
    }

    private static List<SnapshotId> beyond(int keepLast, Story... stories) {
        return SnapshotRetention.beyond(List.of(stories), keepLast, NOW);
    }

    private static SnapshotId id(int number) {
        return SomeSnapshot.of(number, "s", SnapshotState.PRESENT).id();
    }

    private static Story at(int number, int minutesAgo) {
        return story(number, SomeSnapshot.VM, SnapshotState.PRESENT, minutesAgo);
    }

    private static Story story(int number, VmId vm, SnapshotState state, int minutesAgo) {
        return new Story(snapshot(number, vm, state, minutesAgo), List.of());
    }

    private static Snapshot snapshot(int number, VmId vm, SnapshotState state, int minutesAgo) {
        Snapshot some = SomeSnapshot.of(number, "s" + number, state);
        Taken then = some.taken();
        Taken taken = then == null
                ? null
                : new Taken(
                        NOW.minus(Duration.ofMinutes(minutesAgo)),
                        then.consistency(),
                        then.memory(),
                        then.figures(),
                        then.members());
        return new Snapshot(some.id(), vm, null, some.order(), state, taken, some.createdAt());
    }

    private static Story failed(int number, int minutesAgo, Duration since) {
        Snapshot snapshot = snapshot(number, SomeSnapshot.VM, SnapshotState.PRESENT, minutesAgo);
        Instant ended = NOW.minus(since);
        SnapshotTask task = new SnapshotTask(
                new TaskId(new UUID(3, number)),
                snapshot.id(),
                SnapshotAction.DELETE,
                false,
                null,
                null,
                new SnapshotTaskState.Failed(new Attempt(1, number), FailureReason.VOLUME_IN_USE),
                null,
                new SnapshotTask.Times(ended, ended.plusSeconds(60), ended));
        return new Story(snapshot, List.of(task));
    }
}
