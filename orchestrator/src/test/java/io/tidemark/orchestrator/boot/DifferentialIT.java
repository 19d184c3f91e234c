package io.tidemark.orchestrator.boot;

import static io.tidemark.orchestrator.boot.Awaiting.until;
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
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.PublicEvent.RestorePointCreated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.table.RestorePointRow;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Differentials over a real broker and a real database, of a VM with two disks that can have bitmaps.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class DifferentialIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");

    @Inject
    Hosts hosts;

    @Inject
    Runs runs;

    @Inject
    Tasks tasks;

    @Inject
    Catalog catalog;

    @Inject
    Epochs epochs;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final String name = "vm-" + domain;
    private FakeAgent agent;
    private int commands;

    @BeforeEach
    void aHostWithOneRunningVm() {
        agent = new FakeAgent(bootstrapServers, hosts.enrol("hyper", null));
        agent.start();
        agent.report(domain, name, List.of(), List.of(FakeAgent.disk("vda", "a"), FakeAgent.disk("vdb", "b")));
        until("VM reported", () -> !hosts.vmsByName(name).isEmpty());
    }

    @AfterEach
    void theAgentLeaves() {
        agent.close();
    }

    /// Though the agent says each time that bitmaps began, as none should of a differential.
    @Test
    void differentialsAndTheNextIncrementBuildOnTheFullWhoseEpochsGoOn() {
        StartBackup full = backUp(BackupLevel.FULL);
        List<Epoch> begun = epochs.of(vm().id());

        StartBackup first = backUp(BackupLevel.DIFFERENTIAL);
        StartBackup second = backUp(BackupLevel.DIFFERENTIAL);

        assertThat(List.of(first, second)).extracting(StartBackup::parent).containsOnly(full.point());
        assertThat(second.disks())
                .extracting(DiskOrder::level, DiskOrder::reason)
                .containsOnly(tuple(Level.INCREMENTAL, Reason.DIFFERENTIAL));
        assertThat(epochs.of(vm().id())).isEqualTo(begun);
        assertThat(catalog.pinned(vm().id())).containsExactly(full.point());
        assertThat(agent.commands(RetireCheckpoints.class, 0)).isEmpty();

        StartBackup increment = backUp(BackupLevel.INCREMENTAL);
        StartBackup none = backUp(BackupLevel.DIFFERENTIAL);

        assertThat(increment.parent()).isEqualTo(full.point());
        assertThat(agent.commands(RetireCheckpoints.class, 2))
                .extracting(command -> command.body().points())
                .containsExactly(List.of(full.point()), List.of(increment.point()));
        assertThat(none.parent()).isNull();
        assertThat(none.disks()).extracting(DiskOrder::reason).containsOnly(Reason.NO_FULL_TO_DIFFER_FROM);
        assertThat(backUp(BackupLevel.DIFFERENTIAL).parent()).isEqualTo(none.point());
    }

    @Test
    void differentialIsListedAsOneOnTopicsToo() {
        backUp(BackupLevel.FULL);

        StartBackup differential = backUp(BackupLevel.DIFFERENTIAL);

        assertThat(catalog.point(differential.point()).orElseThrow().level()).isEqualTo(BackupLevel.DIFFERENTIAL);
        String key = differential.point() + "/" + REPOSITORY;
        until("its row", () -> agent.table(Topics.RESTORE_POINTS).containsKey(key));
        RestorePointRow row = (RestorePointRow)
                Objects.requireNonNull(agent.table(Topics.RESTORE_POINTS).get(key))
                        .body();
        assertThat(row.level()).isEqualTo(BackupLevel.DIFFERENTIAL);
        assertThat(agent.await(Topics.EVENTS, RestorePointCreated.class, 2))
                .filteredOn(event -> event.body().point().equals(differential.point()))
                .extracting(event -> event.body().level())
                .containsExactly(BackupLevel.DIFFERENTIAL);
    }

    @Test
    void diskThatFellBackBeginsNoEpochAndMakesTheNextDifferentialFull() {
        StartBackup full = backUp(BackupLevel.FULL);

        StartBackup fallen = backUp(BackupLevel.DIFFERENTIAL, Reason.BITMAP_MISSING);

        assertThat(catalog.point(fallen.point()).orElseThrow().level()).isEqualTo(BackupLevel.DIFFERENTIAL);
        assertThat(epochs.of(vm().id()))
                .extracting(Epoch::point, Epoch::reason)
                .containsExactlyInAnyOrder(tuple(full.point(), null), tuple(null, Reason.BITMAP_MISSING));
        assertThat(agent.commands(RetireCheckpoints.class, 0)).isEmpty();
        StartBackup next = backUp(BackupLevel.DIFFERENTIAL);
        assertThat(next.disks())
                .extracting(DiskOrder::target, DiskOrder::reason)
                .containsExactlyInAnyOrder(
                        tuple("vda", Reason.BITMAP_MISSING), tuple("vdb", Reason.NO_FULL_TO_DIFFER_FROM));
        assertThat(epochs.of(vm().id())).extracting(Epoch::point).containsOnly(next.point());
    }

    /// Nobody heard that it was away: what stands on the full again is still not what the differential left out.
    @Test
    void diskThatADifferentialDoesNotHoldIsFullNextTime() {
        StartBackup full = backUp(BackupLevel.FULL);
        TaskId task = open(BackupLevel.DIFFERENTIAL);
        StartBackup start = command();
        agent.say(without("vdb", completed(start, null)), attempt());
        until("backup ended", () -> tasks.task(task).orElseThrow().endedAt() != null);

        StartBackup next = backUp(BackupLevel.INCREMENTAL);

        assertThat(next.parent()).isEqualTo(full.point());
        assertThat(next.disks())
                .extracting(DiskOrder::target, DiskOrder::reason)
                .containsExactlyInAnyOrder(tuple("vda", null), tuple("vdb", Reason.PARENT_MISSING));
    }

    private static BackupCompleted without(String target, BackupCompleted done) {
        return new BackupCompleted(
                done.task(),
                done.point(),
                done.vm(),
                done.commitDigest(),
                done.takenAt(),
                done.consistency(),
                done.freezeMillis(),
                done.durationMillis(),
                done.storedBytes(),
                done.newBytes(),
                done.disks().stream()
                        .filter(disk -> !disk.target().equals(target))
                        .toList(),
                null,
                null);
    }

    /// As that of an increment does: a differential is no newer point that epochs could stand on.
    @Test
    void fullWhoseEpochsHaveEndedKeepsItsCheckpointUntilTheNextFull() {
        StartBackup full = backUp(BackupLevel.FULL);
        backUp(BackupLevel.DIFFERENTIAL);

        reportWithoutBitmaps("broken", full);
        until("reported", () -> !hosts.vmsByName(name + "broken").isEmpty());
        until("epochs ended", () -> epochs.of(vm("broken").id()).stream().noneMatch(Epoch::isLive));
        reportWithoutBitmaps("again", full);
        until("reported again", () -> !hosts.vmsByName(name + "again").isEmpty());

        assertThat(agent.commands(RetireCheckpoints.class, 0)).isEmpty();
        reportWithoutBitmaps("", full);
        until("reported by its name", () -> !hosts.vmsByName(name).isEmpty());
        StartBackup next = backUp(BackupLevel.DIFFERENTIAL);
        assertThat(next.disks()).extracting(DiskOrder::reason).containsOnly(Reason.BITMAP_MISSING);
        assertThat(agent.commands(RetireCheckpoints.class, 1).getFirst().body().points())
                .containsExactly(full.point());
    }

    /// The VM has the checkpoint still, and goes by its name with that behind it.
    private void reportWithoutBitmaps(String behind, StartBackup full) {
        List<DiskReport> disks = Stream.of("a", "b")
                .map(serial -> FakeAgent.disk("vd" + serial, serial).withBitmaps(List.of()))
                .toList();
        agent.report(domain, name + behind, List.of(Epoch.CHECKPOINT_MARK + full.point()), disks);
    }

    private Vm vm(String behind) {
        return hosts.vmsByName(name + behind).getFirst();
    }

    private StartBackup backUp(BackupLevel level) {
        return backUp(level, null);
    }

    /// @param fallen why `vda` is full after all; null if it is as it was asked for
    private StartBackup backUp(BackupLevel level, @Nullable Reason fallen) {
        TaskId task = open(level);
        StartBackup start = command();
        agent.say(completed(start, fallen), attempt());
        until("backup ended", () -> tasks.task(task).orElseThrow().endedAt() != null);
        return start;
    }

    private TaskId open(BackupLevel level) {
        RunRequest request = new RunRequest(
                null,
                List.of(vm().id()),
                REPOSITORY,
                new RunRequest.Options(TrackerId.DEFAULT, Quiescing.ALL, level, Duration.ofMinutes(5)),
                null);
        commands++;
        return Objects.requireNonNull(runs.open(request).tasks().get(vm().id()));
    }

    private StartBackup command() {
        return agent.commands(StartBackup.class, commands).get(commands - 1).body();
    }

    private Attempt attempt() {
        return Objects.requireNonNull(
                agent.commands(StartBackup.class, commands).get(commands - 1).attempt());
    }

    private Vm vm() {
        return hosts.vmsByName(name).getFirst();
    }

    private BackupCompleted completed(StartBackup start, @Nullable Reason fallen) {
        return new BackupCompleted(
                start.task(),
                start.point(),
                start.vm(),
                "sha256:" + "a".repeat(64),
                Instant.now(),
                Consistency.CRASH,
                5,
                50,
                131_072,
                131_072,
                start.disks().stream().map(order -> result(order, fallen)).toList(),
                null,
                null);
    }

    private DiskResult result(DiskOrder order, @Nullable Reason fallen) {
        boolean isFallen = fallen != null && order.target().equals("vda");
        Disk disk = hosts.disks(vm().id()).stream()
                .filter(known -> known.id().equals(order.disk()))
                .findFirst()
                .orElseThrow();
        return new DiskResult(
                order.disk(),
                order.target(),
                isFallen ? Level.FULL : order.level(),
                isFallen ? fallen : order.reason(),
                disk.virtualSizeBytes(),
                65_536,
                65_536,
                "image-" + order.target(),
                true,
                65_536L);
    }
}
