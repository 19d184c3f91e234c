package io.tidemark.orchestrator.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.restore.RestoreOpening;
import io.tidemark.orchestrator.restore.RestoreRequest;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.RunView;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.orchestrator.task.TaskState;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.PublicEvent.DeadLetter;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.event.PublicEvent.RestorePointCreated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of a backup from the run to the catalog over a real broker and a real database, with all that may come
/// twice, late or never.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class CoreFlowIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");

    @Inject
    Hosts hosts;

    @Inject
    Runs runs;

    @Inject
    RunView runView;

    @Inject
    Tasks tasks;

    @Inject
    Catalog catalog;

    @Inject
    Epochs epochs;

    @Inject
    RestoreOpening restores;

    @Inject
    Incarnation incarnation;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final String name = "vm-" + domain;
    private HostId host;
    private FakeAgent agent;

    @BeforeEach
    void aHostWithOneRunningVm() {
        host = hosts.enrol("hyper", null);
        agent = new FakeAgent(bootstrapServers, host);
        agent.start();
        agent.report(domain, name, List.of());
        until(() -> !hosts.vmsByName(name).isEmpty());
    }

    @AfterEach
    void theAgentLeaves() {
        agent.close();
    }

    @Test
    void secondBackupIsAnIncrementAndRetiresTheCheckpointOfTheFirst() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        StartBackup full = command(1);
        complete(full, attempt(1));
        until(() -> tasks.task(first).orElseThrow().state() instanceof TaskState.Succeeded);
        assertThat(full.disks())
                .extracting(DiskOrder::reason)
                .containsExactly(Reason.FIRST_BACKUP, Reason.TRACKING_UNSUPPORTED);

        TaskId second = open(Duration.ofMinutes(5), 2);
        StartBackup increment = command(2);
        complete(increment, attempt(2));
        until(() -> tasks.task(second).orElseThrow().state() instanceof TaskState.Succeeded);

        assertThat(increment.parent()).isEqualTo(full.point());
        assertThat(increment.disks()).extracting(DiskOrder::level).containsExactly(Level.INCREMENTAL, Level.FULL);
        assertThat(agent.commands(RetireCheckpoints.class, 1).getLast().body().points())
                .containsExactly(full.point());
        assertThat(catalog.points(vm().id()))
                .extracting(point -> point.id())
                .containsExactly(full.point(), increment.point());
        assertThat(catalog.pinned(vm().id())).containsExactly(increment.point());
        assertThat(agent.table(Topics.RESTORE_POINTS))
                .containsKeys(full.point() + "/" + REPOSITORY, increment.point() + "/" + REPOSITORY);
        assertThat(agent.table(Topics.EPOCHS))
                .containsKey(vm().id() + "/" + increment.disks().getFirst().disk() + "/default");
        until(() -> runView.run(tasks.task(second).orElseThrow().run())
                        .orElseThrow()
                        .endedAt()
                != null);
    }

    @Test
    void duplicateAndReorderedMessagesLeaveTheCatalogAsOnceInOrderWould() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup start = command(1);
        Envelope<Object> completed = complete(start, attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);
        List<Epoch> before = epochs.of(vm().id());

        agent.send(completed);
        complete(start, attempt(1));
        started(start, attempt(1));
        agent.say(new BackupFailed(task, start.point(), vm().id(), FailureReason.INTERNAL, "late"), attempt(1));
        settle();

        assertThat(tasks.task(task).orElseThrow().state()).isInstanceOf(TaskState.Succeeded.class);
        assertThat(epochs.of(vm().id())).isEqualTo(before);
        until(() -> timesSaid(start.point()) > 0);
        assertThat(timesSaid(start.point())).isOne();
    }

    private long timesSaid(RestorePointId point) {
        return agent.await(Topics.EVENTS, RestorePointCreated.class, 0).stream()
                .filter(event -> event.body().point().equals(point))
                .count();
    }

    @Test
    void anotherDigestForAKnownPointIsRefused() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup start = command(1);
        complete(start, attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);

        agent.say(completed(start, "sha256:" + "b".repeat(64)), attempt(1));

        until(() -> agent.await(Topics.DEAD_LETTERS, DeadLetter.class, 0).stream()
                .anyMatch(letter -> letter.body().reason().contains("expected digest")));
        assertThat(catalog.point(start.point())
                        .orElseThrow()
                        .copies()
                        .getFirst()
                        .commitDigest())
                .contains("aaaa");
    }

    @Test
    void taskThatTimedOutStaysFailedAndItsPointIsListedAllTheSame() {
        TaskId task = open(Duration.ofSeconds(4), 1);
        StartBackup start = command(1);
        started(start, attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Failed);
        assertThat(agent.commands(CancelTask.class, 1).getFirst().body().task()).isEqualTo(task);

        complete(start, attempt(1));

        until(() -> catalog.point(start.point()).isPresent());
        assertThat(tasks.task(task).orElseThrow().state())
                .isEqualTo(new TaskState.Failed(attempt(1), FailureReason.TIMED_OUT));
        assertThat(epochs.of(vm().id()))
                .anySatisfy(epoch -> assertThat(epoch.point()).isEqualTo(start.point()));
    }

    @Test
    void malformedAndUnknownMessagesBecomeDeadLettersAndTheStreamGoesOn() {
        String topic = Topics.hostEvents(host);
        agent.raw(topic, Map.of("ce_type", "io.tidemark.heartbeat.v1"), "{oops".getBytes(StandardCharsets.UTF_8));
        agent.raw(topic, Map.of("ce_type", "io.tidemark.sneeze.v1"), "{}".getBytes(StandardCharsets.UTF_8));

        agent.report(domain, name + "-renamed", List.of());

        until(() -> !hosts.vmsByName(name + "-renamed").isEmpty());
        until(() -> agent.await(Topics.DEAD_LETTERS, DeadLetter.class, 2).stream()
                        .filter(letter -> letter.body().topic().equals(topic))
                        .count()
                == 2);
    }

    @Test
    void attemptThatARestartedAgentGaveUpIsSentAgainInTheNewSession() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup lost = command(1);
        SessionId old = agent.session();
        Attempt lostAttempt = attempt(1);
        agent.start();
        agent.say(new BackupFailed(task, lost.point(), vm().id(), FailureReason.AGENT_RESTARTED, "swept"), lostAttempt);

        StartBackup again = command(2);

        assertThat(again.task()).isEqualTo(task);
        assertThat(again.point()).isNotEqualTo(lost.point());
        assertThat(agent.commands(StartBackup.class, 2).getLast().session()).isNotEqualTo(old);
        complete(again, attempt(2));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);
    }

    @Test
    void replacedSessionIsHeardNoMoreAndDoesNotComeBack() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup start = command(1);
        SessionId old = agent.session();
        Attempt attempt = attempt(1);
        agent.start();

        agent.sayIn(old, new AgentStarted(old, host, "0.1.0", List.of(), true, List.of()), null);
        agent.sayIn(old, completed(start, "sha256:" + "a".repeat(64)), attempt);
        settle();

        assertThat(hosts.byId(host).orElseThrow().session()).isEqualTo(agent.session());
        assertThat(catalog.point(start.point())).isEmpty();
        assertThat(tasks.task(task).orElseThrow().endedAt()).isNull();
    }

    @Test
    void brokenBitmapEndsTheEpochAndTheNextBackupSaysWhy() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        complete(command(1), attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);

        String checkpoint = "tidemark-" + command(1).point();
        BitmapReport bitmap = new BitmapReport(checkpoint, BitmapState.INCONSISTENT, null, 65_536, null);
        DiskReport broken =
                new DiskReport("vda", "serial-a", ImageFormat.QCOW2, 1 << 20, "image", true, null, List.of(bitmap));
        agent.report(domain, name, List.of(checkpoint), List.of(broken));
        until(() -> epochs.of(vm().id()).stream().noneMatch(Epoch::isLive));
        open(Duration.ofMinutes(5), 2);

        assertThat(command(2).disks().getFirst().reason()).isEqualTo(Reason.BITMAP_INCONSISTENT);
    }

    @Test
    void retirementThatWasLostIsMadeGoodByTheNextReport() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        StartBackup full = command(1);
        complete(full, attempt(1));
        until(() -> tasks.task(first).orElseThrow().endedAt() != null);
        TaskId second = open(Duration.ofMinutes(5), 2);
        StartBackup increment = command(2);
        complete(increment, attempt(2));
        until(() -> tasks.task(second).orElseThrow().endedAt() != null);
        int sent = agent.commands(RetireCheckpoints.class, 1).size();

        agent.report(domain, name, List.of("tidemark-" + full.point(), "tidemark-" + increment.point(), "foreign"));

        assertThat(agent.commands(RetireCheckpoints.class, sent + 1)
                        .getLast()
                        .body()
                        .points())
                .containsExactly(full.point());
    }

    @Test
    void checkpointOfAFailedAttemptIsRetiredOnceANewerOneIsListedAndNoOther() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup lost = command(1);
        Attempt lostAttempt = attempt(1);
        agent.start();
        agent.say(new BackupFailed(task, lost.point(), vm().id(), FailureReason.AGENT_RESTARTED, "swept"), lostAttempt);
        StartBackup again = command(2);
        List<String> there = List.of(
                "tidemark-" + lost.point(), "tidemark-" + again.point(), "tidemark-" + UUID.randomUUID(), "foreign");
        agent.report(domain, name, there);
        settle();
        assertThat(agent.commands(RetireCheckpoints.class, 0))
                .as("before a newer one is listed")
                .isEmpty();

        complete(again, attempt(2));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);
        agent.report(domain, name, there);

        assertThat(agent.commands(RetireCheckpoints.class, 1))
                .extracting(command -> command.body().points())
                .containsOnly(List.of(lost.point()));
    }

    @Test
    void pointThatARestoreReadsIsKept() {
        StartBackup full = olderOfTwo();
        incarnation.heard(REPOSITORY, 1);

        restores.open(new RestoreRequest(
                full.point().toString(),
                null,
                null,
                List.of(new RestoreRequest.Target("vda", "/srv/restored.raw", "raw")),
                null));

        assertThat(catalog.markRemoving(full.point(), REPOSITORY)).isFalse();
        assertThat(catalog.pinned(vm().id())).contains(full.point());
    }

    /// The catalog may be an older copy, until the repository has said which it knows.
    @Test
    void nothingIsRemovedFromARepositoryThatHasNotSpokenSinceTheStart() {
        StartBackup full = olderOfTwo();

        incarnation.started();
        assertThat(catalog.markRemoving(full.point(), REPOSITORY)).isFalse();

        incarnation.heard(REPOSITORY, 1);
        assertThat(catalog.markRemoving(full.point(), REPOSITORY)).isTrue();
        catalog.removed(full.point(), REPOSITORY);
    }

    /// The full of a full and its increment, which nothing pins.
    private StartBackup olderOfTwo() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        StartBackup full = command(1);
        complete(full, attempt(1));
        until(() -> tasks.task(first).orElseThrow().endedAt() != null);
        TaskId second = open(Duration.ofMinutes(5), 2);
        complete(command(2), attempt(2));
        until(() -> tasks.task(second).orElseThrow().endedAt() != null);
        assertThat(catalog.pinned(vm().id())).doesNotContain(full.point());
        return full;
    }

    /// Though the agent says that a bitmap began, as one might that has only the repository's log to go by.
    @Test
    void copyIsListedAsOneAndNoChainNotices() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        StartBackup full = command(1);
        complete(full, attempt(1));
        until(() -> tasks.task(first).orElseThrow().endedAt() != null);

        TaskId second = open(BackupLevel.COPY, Duration.ofMinutes(5), 2);
        StartBackup copy = command(2);
        complete(copy, attempt(2));
        complete(copy, attempt(2));
        until(() -> tasks.task(second).orElseThrow().endedAt() != null);
        settle();
        open(Duration.ofMinutes(5), 3);

        assertThat(copy.parent()).isNull();
        assertThat(copy.disks()).extracting(DiskOrder::reason).containsOnly(Reason.COPY);
        assertThat(catalog.point(copy.point()).orElseThrow().level()).isEqualTo(BackupLevel.COPY);
        assertThat(catalog.pinned(vm().id())).contains(full.point()).doesNotContain(copy.point());
        assertThat(agent.commands(RetireCheckpoints.class, 0)).isEmpty();
        assertThat(command(3).parent()).isEqualTo(full.point());
        assertThat(command(3).disks().getFirst().level()).isEqualTo(Level.INCREMENTAL);
    }

    @Test
    void forcedFullSaysSoAndBeginsTheNextEpoch() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        complete(command(1), attempt(1));
        until(() -> tasks.task(first).orElseThrow().endedAt() != null);

        TaskId second = open(BackupLevel.FULL, Duration.ofMinutes(5), 2);
        complete(command(2), attempt(2));
        until(() -> tasks.task(second).orElseThrow().endedAt() != null);

        assertThat(command(2).disks()).extracting(DiskOrder::reason).containsOnly(Reason.FORCED_FULL);
        assertThat(catalog.pinned(vm().id())).containsExactly(command(2).point());
    }

    private static final TrackerId AUDIT = new TrackerId("audit");

    /// The point of the n-th command, which the tracker's backup sent; it was taken so long ago.
    private StartBackup backUp(TrackerId tracker, int number, Duration ago) {
        TaskId task = open(
                new RunRequest.Options(tracker, Quiescing.ALL, BackupLevel.INCREMENTAL, Duration.ofMinutes(5)), number);
        StartBackup start = command(number);
        agent.say(completed(start, "sha256:" + "a".repeat(64), Instant.now().minus(ago)), attempt(number));
        until(() -> tasks.task(task).orElseThrow().endedAt() != null);
        return start;
    }

    @Test
    void eachTrackerHasALineOfItsOwnAndRetiresItsOwnCheckpoints() {
        StartBackup ours = backUp(TrackerId.DEFAULT, 1, Duration.ZERO);
        StartBackup theirs = backUp(AUDIT, 2, Duration.ZERO);
        assertThat(theirs.disks().getFirst().reason()).isEqualTo(Reason.FIRST_BACKUP);
        assertThat(catalog.pinned(vm().id())).containsExactlyInAnyOrder(ours.point(), theirs.point());
        assertThat(agent.commands(RetireCheckpoints.class, 0)).isEmpty();

        StartBackup ourNext = backUp(TrackerId.DEFAULT, 3, Duration.ZERO);
        StartBackup theirNext = backUp(AUDIT, 4, Duration.ZERO);

        assertThat(ourNext.parent()).isEqualTo(ours.point());
        assertThat(theirNext.parent()).isEqualTo(theirs.point());
        assertThat(agent.commands(RetireCheckpoints.class, 2))
                .extracting(command -> command.body().points())
                .containsExactly(List.of(ours.point()), List.of(theirs.point()));
    }

    @Test
    void trackerBeyondTheLimitIsBackedUpFullAndBeginsNoEpoch() {
        backUp(TrackerId.DEFAULT, 1, Duration.ZERO);
        backUp(AUDIT, 2, Duration.ZERO);

        StartBackup third = backUp(new TrackerId("third"), 3, Duration.ZERO);
        StartBackup again = backUp(new TrackerId("third"), 4, Duration.ZERO);
        StartBackup ours = backUp(TrackerId.DEFAULT, 5, Duration.ZERO);

        assertThat(third.disks()).extracting(DiskOrder::reason).contains(Reason.TRACKER_LIMIT);
        assertThat(again.disks().getFirst().reason()).isEqualTo(Reason.TRACKER_LIMIT);
        assertThat(epochs.of(vm().id()))
                .filteredOn(epoch -> epoch.tracker().equals(new TrackerId("third")))
                .extracting(Epoch::reason)
                .contains(Reason.TRACKER_LIMIT);
        assertThat(ours.disks().getFirst().level()).isEqualTo(Level.INCREMENTAL);
    }

    @Test
    void idleTrackerExpiresAndItsCheckpointIsRetiredAndNoOthers() {
        StartBackup idle = backUp(AUDIT, 1, Duration.ofMinutes(11));
        StartBackup ours = backUp(TrackerId.DEFAULT, 2, Duration.ofMinutes(1));

        assertThat(agent.commands(RetireCheckpoints.class, 1).getFirst().body().points())
                .containsExactly(idle.point());
        assertThat(epochs.of(vm().id()))
                .filteredOn(epoch -> epoch.reason() == Reason.TRACKER_EXPIRED)
                .extracting(Epoch::tracker)
                .containsExactly(AUDIT);
        assertThat(agent.await(Topics.EVENTS, EpochInvalidated.class, 1))
                .filteredOn(event -> event.body().vm().equals(vm().id()))
                .extracting(event -> event.body().reason())
                .containsExactly(Reason.TRACKER_EXPIRED);
        assertThat(catalog.pinned(vm().id())).containsExactly(ours.point());

        StartBackup next = backUp(AUDIT, 3, Duration.ZERO);
        assertThat(next.disks().getFirst().reason()).isEqualTo(Reason.TRACKER_EXPIRED);
    }

    /// The third finds a place once the second has lost its own.
    @Test
    void trackerThatMetTheLimitGetsItsEpochWhenThereIsAPlace() {
        TrackerId third = new TrackerId("third");
        backUp(TrackerId.DEFAULT, 1, Duration.ZERO);
        backUp(AUDIT, 2, Duration.ofMinutes(9).plusSeconds(45));
        StartBackup limited = backUp(third, 3, Duration.ZERO);
        until(() -> epochs.of(vm().id()).stream().anyMatch(epoch -> epoch.reason() == Reason.TRACKER_EXPIRED));

        StartBackup placed = backUp(third, 4, Duration.ZERO);
        StartBackup increment = backUp(third, 5, Duration.ZERO);

        assertThat(limited.disks().getFirst().reason()).isEqualTo(Reason.TRACKER_LIMIT);
        assertThat(placed.disks().getFirst().reason()).isEqualTo(Reason.NOT_TRACKED);
        assertThat(increment.parent()).isEqualTo(placed.point());
    }

    @Test
    void checkpointOfATrackerThatBrokeAndIsIdleIsRetired() {
        StartBackup idle = backUp(AUDIT, 1, Duration.ofMinutes(9).plusSeconds(45));
        StartBackup ours = backUp(TrackerId.DEFAULT, 2, Duration.ZERO);
        List<String> there = List.of("tidemark-" + idle.point(), "tidemark-" + ours.point());
        DiskReport disk = new DiskReport(
                "vda",
                "serial-a",
                ImageFormat.QCOW2,
                1 << 20,
                "image",
                true,
                null,
                List.of(
                        new BitmapReport(there.getFirst(), BitmapState.INCONSISTENT, null, 65_536, null),
                        new BitmapReport(there.getLast(), BitmapState.RECORDING, null, 65_536, null)));
        agent.report(domain, name, there, List.of(disk));
        until(() -> epochs.of(vm().id()).stream().anyMatch(epoch -> epoch.reason() == Reason.BITMAP_INCONSISTENT));

        until(() -> {
            agent.report(domain, name, there, List.of(disk));
            return !agent.commands(RetireCheckpoints.class, 0).isEmpty();
        });

        assertThat(agent.commands(RetireCheckpoints.class, 1))
                .extracting(command -> command.body().points())
                .containsOnly(List.of(idle.point()));
    }

    @Test
    void epochOfADiskThatIsTakenAwayEnds() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        complete(command(1), attempt(1));
        until(() -> tasks.task(task).orElseThrow().endedAt() != null);
        assertThat(epochs.of(vm().id())).anyMatch(Epoch::isLive);

        agent.report(domain, name, List.of(), List.of());

        until(() -> epochs.of(vm().id()).stream().noneMatch(Epoch::isLive));
        assertThat(catalog.pinned(vm().id())).isEmpty();
    }

    @Test
    void serialThatTwoDisksHaveKeepsNeitherFromBeingKnown() {
        agent.report(
                domain,
                name + "-twins",
                List.of(),
                List.of(FakeAgent.disk("vda", "same"), FakeAgent.disk("vdb", "same")));

        until(() -> !hosts.vmsByName(name + "-twins").isEmpty());
        assertThat(hosts.disks(hosts.vmsByName(name + "-twins").getFirst().id()))
                .filteredOn(Disk::present)
                .extracting(Disk::target, Disk::serial)
                .containsExactlyInAnyOrder(tuple("vda", null), tuple("vdb", null));
    }

    @Test
    void cancelIsSentAndTheCommitThatWinsTheRaceIsASuccess() {
        TaskId task = open(Duration.ofMinutes(5), 1);
        StartBackup start = command(1);
        started(start, attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Copying);

        assertThat(tasks.cancel(task)).isTrue();

        assertThat(agent.commands(CancelTask.class, 1).getFirst().body().task()).isEqualTo(task);
        complete(start, attempt(1));
        until(() -> tasks.task(task).orElseThrow().state() instanceof TaskState.Succeeded);
    }

    @Test
    void secondTaskOfAVmWaitsAndSaysWhatFor() {
        TaskId first = open(Duration.ofMinutes(5), 1);
        TaskId second = open(Duration.ofMinutes(5), 1);

        until(() -> String.valueOf(tasks.task(second).orElseThrow().waitsFor()).contains("task " + first));
        assertThat(tasks.waiting()).anySatisfy(task -> assertThat(task.id()).isEqualTo(second));
    }

    private Vm vm() {
        return hosts.vmsByName(name).getFirst();
    }

    private TaskId open(Duration deadline, int commandsAfter) {
        return open(BackupLevel.INCREMENTAL, deadline, commandsAfter);
    }

    private TaskId open(BackupLevel level, Duration deadline, int commandsAfter) {
        return open(new RunRequest.Options(TrackerId.DEFAULT, Quiescing.ALL, level, deadline), commandsAfter);
    }

    private TaskId open(RunRequest.Options options, int commandsAfter) {
        RunRequest request = new RunRequest(null, List.of(vm().id()), REPOSITORY, options, "correlation");
        TaskId task = Objects.requireNonNull(runs.open(request).tasks().get(vm().id()));
        agent.commands(StartBackup.class, commandsAfter);
        return task;
    }

    private StartBackup command(int number) {
        return agent.commands(StartBackup.class, number).get(number - 1).body();
    }

    private Attempt attempt(int number) {
        return Objects.requireNonNull(
                agent.commands(StartBackup.class, number).get(number - 1).attempt());
    }

    private void started(StartBackup start, Attempt attempt) {
        agent.say(
                new BackupStarted(
                        start.task(), start.point(), start.vm(), Instant.now(), Consistency.CRASH, 5, List.of()),
                attempt);
    }

    private Envelope<Object> complete(StartBackup start, Attempt attempt) {
        started(start, attempt);
        return agent.say(completed(start, "sha256:" + "a".repeat(64)), attempt);
    }

    private static BackupCompleted completed(StartBackup start, String digest) {
        return completed(start, digest, Instant.now());
    }

    private static BackupCompleted completed(StartBackup start, String digest, Instant takenAt) {
        List<DiskResult> disks = start.disks().stream()
                .map(order -> new DiskResult(
                        order.disk(),
                        order.target(),
                        order.level(),
                        order.reason(),
                        1 << 20,
                        65_536,
                        65_536,
                        "image",
                        order.target().equals("vda") && order.reason() != Reason.TRACKER_LIMIT,
                        65_536L))
                .toList();
        return new BackupCompleted(
                start.task(),
                start.point(),
                start.vm(),
                digest,
                takenAt,
                Consistency.CRASH,
                5,
                50,
                131_072,
                131_072,
                disks,
                null,
                null);
    }

    /// Everything that was sent before has been handled once a message that comes after it is.
    private void settle() {
        String marker = name + "-" + UUID.randomUUID();
        agent.report(domain, marker, List.of());
        until(() -> !hosts.vmsByName(marker).isEmpty());
        agent.report(domain, name, List.of());
        until(() -> !hosts.vmsByName(name).isEmpty());
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition held within 20 s").isLessThan(end);
            try {
                assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
