package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.policy.Schedule.Interval;
import io.tidemark.orchestrator.policy.schedule.CronTimetable;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What one firing does to the policy and its VMs.
class PolicySchedulerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Policy.Snapshots SNAPSHOTS = new Policy.Snapshots(null, null, false);
    private static final Vm FIRST = vm("web-1", true);
    private static final Vm SECOND = vm("web-2", true);
    private static final Vm VANISHED = vm("web-3", false);

    private final ScriptedRuns runs = new ScriptedRuns();
    private final ScriptedSnapshots snapshots = new ScriptedSnapshots();
    private final OnePolicy policies = new OnePolicy(due("web-*", NOW.minusSeconds(1)));
    private final PolicyScheduler scheduler = new PolicyScheduler(
            policies,
            new CronTimetable(),
            new Firings(new KnownVms(List.of(FIRST, SECOND, VANISHED)), runs, runs, snapshots),
            policies,
            Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void everyPresentVmOfTheSelectionGetsATask() {
        scheduler.fireDue();

        assertThat(runs.opened()).containsExactly(List.of(FIRST.id(), SECOND.id()));
        assertThat(policies.now().lastOutcome()).isEqualTo("opened a run for 2 VMs");
        assertThat(policies.now().lastRun()).isNotNull();
    }

    @Test
    void aRunIsAskedForAsThePolicySays() {
        scheduler.fireDue();

        assertThat(runs.options())
                .containsExactly(new RunRequest.Options(
                        new TrackerId("audit"),
                        new Quiescing(true, List.of("/srv"), new ScriptSetId("orders-db")),
                        BackupLevel.COPY,
                        Duration.ofHours(4)));
    }

    @Test
    void aVmThatIsStillBusyIsLeftOutAndTheOthersGoOn() {
        runs.makeBusy(FIRST.id());

        scheduler.fireDue();

        assertThat(runs.opened()).containsExactly(List.of(SECOND.id()));
        assertThat(policies.now().lastOutcome())
                .isEqualTo("opened a run for 1 VM; left out 1 VM, as the previous backup has not ended");
    }

    @Test
    void aPolicyWhoseVmsAreAllBusyIsSkippedAndDueAgainLater() {
        runs.makeBusy(FIRST.id());
        runs.makeBusy(SECOND.id());

        scheduler.fireDue();

        assertThat(runs.opened()).isEmpty();
        assertThat(policies.now().lastOutcome()).isEqualTo("skipped: the previous backup has not ended");
        assertThat(policies.now().nextDue()).isEqualTo(NOW.minusSeconds(1).plus(HOUR));
    }

    @Test
    void aSelectionThatMeansNoVmIsSaidAndOpensNothing() {
        policies.store(due("db-*", NOW));

        scheduler.fireDue();

        assertThat(runs.opened()).isEmpty();
        assertThat(policies.now().lastOutcome()).isEqualTo("no VM matches the selection");
    }

    @Test
    void whatWasMissedWhileNobodyLookedIsOneFiring() {
        policies.store(due("web-*", NOW.minus(HOUR.multipliedBy(5)).minusSeconds(1)));

        scheduler.fireDue();

        assertThat(runs.opened()).hasSize(1);
        assertThat(policies.now().nextDue()).isAfter(NOW);
    }

    @Test
    void aPolicyOfSnapshotsAsksForOneOfEachVmAndOpensNoRun() {
        policies.store(due("web-*", NOW, SNAPSHOTS));

        scheduler.fireDue();

        assertThat(snapshots.taken()).containsExactlyInAnyOrder(FIRST.id(), SECOND.id());
        assertThat(runs.opened()).isEmpty();
        assertThat(policies.now().lastRun()).isNull();
        assertThat(policies.now().lastOutcome()).isEqualTo("asked for snapshots of 2 VMs");
    }

    @Test
    void aVmOfWhichASnapshotIsBeingTakenIsLeftOut() {
        policies.store(due("web-*", NOW, SNAPSHOTS));
        snapshots.makeBusy(FIRST.id());

        scheduler.fireDue();

        assertThat(snapshots.taken()).containsExactly(SECOND.id());
        assertThat(policies.now().lastOutcome())
                .isEqualTo("asked for snapshots of 1 VM; left out 1 VM, as the previous snapshot has not ended");
    }

    @Test
    void aRefusedSnapshotIsToldAndTheOthersGoOn() {
        policies.store(due("web-*", NOW, SNAPSHOTS));
        snapshots.refuse(FIRST.id(), "name: expected another");

        scheduler.fireDue();

        assertThat(snapshots.taken()).containsExactly(SECOND.id());
        assertThat(policies.now().lastOutcome())
                .isEqualTo("asked for snapshots of 1 VM; refused: VM " + FIRST.id() + ": name: expected another");
    }

    private static PolicyStatus due(String pattern, Instant moment) {
        return due(
                pattern,
                moment,
                new Policy.Backups(new RepositoryId("repo"), new TrackerId("audit"), BackupLevel.COPY));
    }

    private static PolicyStatus due(String pattern, Instant moment, Policy.Purpose purpose) {
        Policy.Terms terms = new Policy.Terms(
                new Interval(HOUR),
                new Selection.NamePattern(pattern),
                purpose,
                new Quiescing(true, List.of("/srv"), new ScriptSetId("orders-db")),
                3,
                Duration.ofHours(4),
                true);
        return new PolicyStatus(new Policy(new PolicyId(new UUID(1, 1)), "hourly", terms), moment, null, null, null);
    }

    private static Vm vm(String name, boolean isPresent) {
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new Vm(new VmId(id), new DomainUuid(id), name, null, VmState.RUNNING, isPresent, 1);
    }
}
