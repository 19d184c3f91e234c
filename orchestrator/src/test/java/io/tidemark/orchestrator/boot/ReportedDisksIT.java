package io.tidemark.orchestrator.boot;

import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which disk a reported one is taken for, and what is proposed for it, when a VM's disks are others than at the
/// backup before. The host reports each change, with all bitmaps that its images have.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class ReportedDisksIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");
    private static final long MIB = 1 << 20;

    @Inject
    Hosts hosts;

    @Inject
    Runs runs;

    @Inject
    Tasks tasks;

    @Inject
    Epochs epochs;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final SortedMap<String, Plugged> plugged = new TreeMap<>();
    /// The checkpoints that have a bitmap in an image.
    private final Map<String, SortedSet<String>> bitmaps = new HashMap<>();
    private final SortedSet<String> checkpoints = new TreeSet<>();
    private FakeAgent agent;
    private VmId vm;
    private int reports;
    private int backups;

    /// An image at a target.
    private record Plugged(@Nullable String serial, String image, long sizeBytes) {}

    @BeforeEach
    void backUpTwoDisksWithSerialsAndOneWithout() {
        HostId host = hosts.enrol("hyper", null);
        agent = new FakeAgent(bootstrapServers, host);
        agent.start();
        plugged.put("vda", new Plugged("serial-a", "image-a", MIB));
        plugged.put("vdb", new Plugged("serial-b", "image-b", MIB));
        plugged.put("vdc", new Plugged(null, "image-c", MIB));
        report();
        vm = hosts.vmByDomain(domain).orElseThrow().id();
        assertThat(orders(backUp())).containsExactly("vda first-backup", "vdb first-backup", "vdc first-backup");
        report();
        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +");
    }

    @AfterEach
    void theAgentLeaves() {
        agent.close();
    }

    @Test
    void diskThatIsAddedIsNewAndNoOtherNotices() {
        plugged.put("vdd", new Plugged("serial-d", "image-d", MIB));
        report();

        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +", "vdd disk-added");
        report();
        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +", "vdd +");
    }

    @Test
    void diskWithASerialThatGetsAnotherTargetIsTheSameAndGoesOn() {
        DiskId known = id("vdb");
        plugged.put("vdd", unplug("vdb"));
        report();

        StartBackup next = backUp();

        assertThat(orders(next)).containsExactly("vda +", "vdc +", "vdd +");
        assertThat(order(next, "vdd").disk()).isEqualTo(known);
        assertThat(order(next, "vdd").parentImageIdentity()).isEqualTo("image-b");
    }

    @Test
    void diskWithoutASerialThatGetsAnotherTargetIsAnother() {
        DiskId known = id("vdc");
        plugged.put("vdd", unplug("vdc"));
        report();

        StartBackup next = backUp();

        assertThat(orders(next)).containsExactly("vda +", "vdb +", "vdd disk-added");
        assertThat(order(next, "vdd").disk()).isNotEqualTo(known);
        assertThat(epoch(known).reason()).isEqualTo(Reason.NOT_TRACKED);
    }

    @Test
    void disksThatExchangeTheirTargetsGoOn() {
        List<DiskId> known = List.of(id("vda"), id("vdb"));
        Plugged first = unplug("vda");
        plugged.put("vda", unplug("vdb"));
        plugged.put("vdb", first);
        report();

        StartBackup next = backUp();

        assertThat(orders(next)).containsExactly("vda +", "vdb +", "vdc +");
        assertThat(List.of(order(next, "vdb").disk(), order(next, "vda").disk()))
                .isEqualTo(known);
        assertThat(order(next, "vda").parentImageIdentity()).isEqualTo("image-b");
    }

    @Test
    void imagesThatExchangeTheirDisksAreReadWhole() {
        List<DiskId> known = List.of(id("vda"), id("vdb"));
        plugged.put("vda", new Plugged("serial-a", "image-b", MIB));
        plugged.put("vdb", new Plugged("serial-b", "image-a", MIB));
        report();

        StartBackup next = backUp();

        assertThat(orders(next)).containsExactly("vda disk-replaced", "vdb disk-replaced", "vdc +");
        assertThat(List.of(order(next, "vda").disk(), order(next, "vdb").disk()))
                .isEqualTo(known);
        report();
        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +");
    }

    /// With a serial and without one.
    @Test
    void disksThatWereAwayForOneBackupAreTheSameAndReadWhole() {
        List<DiskId> known = List.of(id("vdb"), id("vdc"));
        Plugged second = unplug("vdb");
        Plugged third = unplug("vdc");
        report();
        assertThat(orders(backUp())).containsExactly("vda +");
        plugged.put("vdb", second);
        plugged.put("vdc", third);
        report();

        StartBackup next = backUp();

        assertThat(orders(next)).containsExactly("vda +", "vdb not-tracked", "vdc not-tracked");
        assertThat(List.of(order(next, "vdb").disk(), order(next, "vdc").disk()))
                .isEqualTo(known);
        report();
        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +");
    }

    /// If the host's report was lost between: the newest point does not hold the disk.
    @Test
    void diskThatWasAwayUnheardIsReadWholeAsWell() {
        report();
        StartBackup ordered = backUp("vdb");
        assertThat(orders(ordered)).containsExactly("vda +", "vdb +", "vdc +");

        assertThat(orders(backUp())).containsExactly("vda +", "vdb parent-missing", "vdc +");
    }

    @Test
    void copyOfAnImageInItsPlaceIsReadWhole() {
        copyImage("image-b", "copy");
        plugged.put("vdb", new Plugged("serial-b", "copy", MIB));
        report();

        assertThat(orders(backUp())).containsExactly("vda +", "vdb disk-replaced", "vdc +");
    }

    @Test
    void copyOfAnImageBesideItIsAnotherDiskWhoseBitmapsAreNotOurs() {
        copyImage("image-b", "copy");
        plugged.put("vdd", new Plugged("serial-copy", "copy", MIB));
        report();

        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +", "vdd disk-added");
    }

    /// The serial tells neither of them, so both are new, and none of them continues what the first one was.
    @Test
    void copyWithTheSerialOfTheOriginalMakesBothAnother() {
        DiskId known = id("vdb");
        copyImage("image-b", "copy");
        plugged.put("vdd", new Plugged("serial-b", "copy", MIB));
        report();

        StartBackup both = backUp();

        assertThat(orders(both)).containsExactly("vda +", "vdb disk-added", "vdc +", "vdd disk-added");
        assertThat(both.disks()).extracting(DiskOrder::disk).doesNotContain(known);
        assertThat(order(both, "vdd").serial()).isNull();
        plugged.remove("vdd");
        report();
        StartBackup alone = backUp();
        assertThat(orders(alone)).containsExactly("vda +", "vdb not-tracked", "vdc +");
        assertThat(order(alone, "vdb").disk()).isEqualTo(known);
    }

    @Test
    void diskOfAnotherSizeIsReadWhole() {
        plugged.put("vdb", new Plugged("serial-b", "image-b", 2 * MIB));
        report();

        assertThat(orders(backUp())).containsExactly("vda +", "vdb disk-resized", "vdc +");
        report();
        assertThat(orders(backUp())).containsExactly("vda +", "vdb +", "vdc +");
    }

    private Plugged unplug(String target) {
        return Objects.requireNonNull(plugged.remove(target), target);
    }

    private void copyImage(String image, String copy) {
        bitmaps.put(copy, new TreeSet<>(begun(image)));
    }

    private SortedSet<String> begun(String image) {
        return bitmaps.computeIfAbsent(image, _ -> new TreeSet<>());
    }

    /// Returns once the report was handled.
    private void report() {
        reports++;
        String name = "vm-" + domain + "-" + reports;
        List<DiskReport> disks = plugged.entrySet().stream()
                .map(each -> disk(each.getKey(), each.getValue()))
                .toList();
        agent.report(domain, name, List.copyOf(checkpoints), disks);
        until("report " + reports, () -> !hosts.vmsByName(name).isEmpty());
    }

    private DiskReport disk(String target, Plugged disk) {
        List<BitmapReport> there = begun(disk.image()).stream()
                .map(checkpoint -> new BitmapReport(checkpoint, BitmapState.RECORDING, null, 65_536, null))
                .toList();
        return new DiskReport(
                target, disk.serial(), ImageFormat.QCOW2, disk.sizeBytes(), disk.image(), true, null, there);
    }

    private DiskId id(String target) {
        return hosts.disks(vm).stream()
                .filter(disk -> disk.present() && disk.target().equals(target))
                .map(Disk::id)
                .findFirst()
                .orElseThrow();
    }

    private Epoch epoch(DiskId disk) {
        return epochs.of(vm).stream()
                .filter(epoch -> epoch.disk().equals(disk))
                .findFirst()
                .orElseThrow();
    }

    /// What was ordered.
    private StartBackup backUp() {
        return backUp("");
    }

    /// The host has the disk at that target no more.
    private StartBackup backUp(String gone) {
        backups++;
        var options = new RunRequest.Options(
                TrackerId.DEFAULT, Quiescing.ALL, BackupLevel.INCREMENTAL, Duration.ofMinutes(5));
        RunRequest request = new RunRequest(null, List.of(vm), REPOSITORY, options, "correlation");
        TaskId task = Objects.requireNonNull(runs.open(request).tasks().get(vm));
        Envelope<StartBackup> sent = agent.commands(StartBackup.class, backups).get(backups - 1);
        StartBackup start = sent.body();
        List<DiskResult> results = start.disks().stream()
                .filter(order -> !order.target().equals(gone))
                .map(this::result)
                .toList();
        String checkpoint = "tidemark-" + start.point();
        checkpoints.add(checkpoint);
        results.forEach(result -> begun(
                        Objects.requireNonNull(plugged.get(result.target())).image())
                .add(checkpoint));
        agent.say(completed(start, results), sent.attempt());
        until("backup ended", () -> tasks.task(task).orElseThrow().endedAt() != null);
        return start;
    }

    private DiskResult result(DiskOrder order) {
        Plugged disk = Objects.requireNonNull(plugged.get(order.target()));
        return new DiskResult(
                order.disk(),
                order.target(),
                order.level(),
                order.reason(),
                disk.sizeBytes(),
                65_536,
                65_536,
                disk.image(),
                true,
                65_536L);
    }

    private static BackupCompleted completed(StartBackup start, List<DiskResult> disks) {
        return new BackupCompleted(
                start.task(),
                start.point(),
                start.vm(),
                "sha256:" + "a".repeat(64),
                Instant.now(),
                Consistency.CRASH,
                0,
                50,
                131_072,
                131_072,
                disks,
                null,
                null);
    }

    private static DiskOrder order(StartBackup start, String target) {
        return start.disks().stream()
                .filter(order -> order.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    /// By target: the reason why a disk is proposed full, or a plus for an increment.
    private static List<String> orders(StartBackup start) {
        return start.disks().stream()
                .map(order -> order.target() + " "
                        + (order.reason() == null ? "+" : order.reason().code()))
                .sorted()
                .toList();
    }
}
