package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.libvirt.LibvirtException;

/// What every [Hypervisor] does alike, the fake included: a backup that works over the fake may count on the real
/// one for all of this. Each test begins with one domain, [#DOMAIN], paused, without a guest agent, job or
/// checkpoint, with the disks `vda` in qcow2 and `vdb` raw.
public interface HypervisorContract {
    DomainUuid DOMAIN = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001");
    String NAME = "tidemark-it";

    /// Numbers all points of a test run: a job's leftovers never meet the next one of the same name.
    AtomicLong LAST_POINT = new AtomicLong();

    Hypervisor hypervisor();

    /// Released by the listener that was given to [Hypervisor#onChange].
    Semaphore changes();

    /// Takes the NBD socket and the scratch files.
    Path folder();

    /// Writes to `vda` as the guest does.
    void guestWrites() throws LibvirtException;

    /// Has the domain lose its power.
    void turnOff() throws LibvirtException;

    /// Begins a pull-mode backup of `vda` that does not bear our mark.
    void beginForeignBackup() throws LibvirtException;

    /// Removes a checkpoint's bitmap from `vda` and leaves the checkpoint's metadata.
    void removeBitmap(String checkpoint) throws LibvirtException;

    @TestFactory
    default Stream<DynamicTest> anUnknownDomainIsNamedByEachCall() {
        var unknown = DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000dead");
        Map<String, Consumer<Hypervisor>> calls = new LinkedHashMap<>();
        calls.put("domain", hypervisor -> hypervisor.domain(unknown));
        calls.put("domainXml", hypervisor -> hypervisor.domainXml(unknown));
        calls.put("freeze", hypervisor -> hypervisor.freeze(unknown, List.of()));
        calls.put("thaw", hypervisor -> hypervisor.thaw(unknown));
        calls.put("runningJob", hypervisor -> hypervisor.runningJob(unknown));
        calls.put("makeScratch", hypervisor -> hypervisor.makeScratch(unknown, full()));
        calls.put("beginBackup", hypervisor -> hypervisor.beginBackup(unknown, full()));
        calls.put("beginAtRest", hypervisor -> hypervisor.beginAtRest(unknown, full(), Instant.EPOCH));
        calls.put("restStamp", hypervisor -> hypervisor.restStamp(unknown));
        calls.put("abortBackup", hypervisor -> hypervisor.abortBackup(unknown, full().point()));
        calls.put("checkpoints", hypervisor -> hypervisor.checkpoints(unknown));
        calls.put("bitmaps", hypervisor -> hypervisor.bitmaps(unknown));
        calls.put("countedBitmaps", hypervisor -> hypervisor.countedBitmaps(unknown));
        calls.put("deleteCheckpoint", hypervisor -> hypervisor.deleteCheckpoint(unknown, "any"));
        calls.put("resume", hypervisor -> hypervisor.resume(unknown));
        calls.put("jobStatistics", hypervisor -> hypervisor.jobStatistics(unknown));
        calls.put("guestIo", hypervisor -> hypervisor.guestIo(unknown));
        return calls.entrySet().stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.getKey(),
                        () -> assertThatThrownBy(() -> call.getValue().accept(hypervisor()))
                                .isInstanceOf(NoSuchDomain.class)
                                .hasMessageContaining(unknown.toString())));
    }

    @Test
    default void theDomainIsListedWithItsStateAndDisks() {
        DomainView view = hypervisor().domain(DOMAIN);

        assertThat(hypervisor().domains()).containsExactly(view);
        assertThat(view.name()).isEqualTo(NAME);
        assertThat(view.state()).isEqualTo(VmState.PAUSED);
        assertThat(view.disks()).extracting(DomainDisk::target).containsExactly("vda", "vdb");
        assertThat(view.disks().getFirst().isTrackable()).isTrue();
        assertThat(view.disks().getLast().untrackable()).contains(Reason.TRACKING_UNSUPPORTED);
    }

    @Test
    default void whereNoDomainWasMigratedNothingIsSettled() throws LibvirtException {
        String checkpoint = finishedFull();

        hypervisor().settleMigrations();
        turnOff();
        hypervisor().settleMigrations();

        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(checkpoint);
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.RECORDING);
    }

    @Test
    default void aDomainThatIsOffRefusesWhatNeedsItRunning() throws LibvirtException {
        String checkpoint = finishedFull();
        turnOff();

        assertThat(hypervisor().domain(DOMAIN).state()).isEqualTo(VmState.OFF);
        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, full())).isInstanceOf(DomainOff.class);
        assertThatThrownBy(() -> hypervisor().thaw(DOMAIN)).isInstanceOf(DomainOff.class);
        assertThatThrownBy(() -> hypervisor().jobStatistics(DOMAIN)).isInstanceOf(DomainOff.class);
        assertThatThrownBy(() -> hypervisor().guestIo(DOMAIN)).isInstanceOf(DomainOff.class);
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(checkpoint);
    }

    @Test
    default void aPointAtRestBeginsABitmapThatIsDeletedAtRest() throws LibvirtException {
        turnOff();
        BackupOrder order = full();

        hypervisor().beginAtRest(DOMAIN, order, Instant.parse("2026-01-02T03:04:05Z"));

        String checkpoint = BackupOrder.checkpointName(order.point());
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(checkpoint);
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint))
                .containsEntry("vda", BitmapState.RECORDING)
                .containsEntry("vdb", BitmapState.MISSING);
        assertThatThrownBy(() -> hypervisor().beginAtRest(DOMAIN, order, Instant.EPOCH))
                .isInstanceOf(RequestRefused.class);
        hypervisor().deleteCheckpoint(DOMAIN, checkpoint);
        hypervisor().deleteCheckpoint(DOMAIN, checkpoint);
        assertThat(hypervisor().checkpoints(DOMAIN)).isEmpty();
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.MISSING);
    }

    @Test
    default void imagesOfADomainThatIsOffLookTheSameUntilTheyAreWritten() throws LibvirtException {
        turnOff();

        String stamp = hypervisor().restStamp(DOMAIN);

        assertThat(hypervisor().restStamp(DOMAIN)).isEqualTo(stamp);
    }

    @Test
    default void aDomainThatRunsTakesNoPointAtRest() {
        assertThatThrownBy(() -> hypervisor().beginAtRest(DOMAIN, full(), Instant.EPOCH))
                .isInstanceOf(DomainBusy.class);
        assertThatThrownBy(() -> hypervisor().restStamp(DOMAIN)).isInstanceOf(DomainBusy.class);
    }

    @Test
    default void bitmapsOfADomainThatIsOffAreSeenInItsImages() throws LibvirtException {
        String checkpoint = finishedFull();
        DomainView running = hypervisor().domain(DOMAIN);
        turnOff();

        Map<String, Map<String, BitmapView>> bitmaps = hypervisor().bitmaps(DOMAIN);

        assertThat(bitmaps.keySet()).containsExactlyInAnyOrder("vda", "vdb");
        assertThat(bitmaps.get("vda"))
                .containsExactly(
                        Map.entry(checkpoint, new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.empty())));
        assertThat(bitmaps.get("vdb")).isEmpty();
        assertThat(hypervisor().domain(DOMAIN).disks())
                .as("the same images as when it ran")
                .extracting(DomainDisk::imageIdentity)
                .isEqualTo(
                        running.disks().stream().map(DomainDisk::imageIdentity).toList());
    }

    @Test
    default void bitmapsOfADomainThatIsOffAreCountedWhereThatIsAskedFor() throws LibvirtException {
        String checkpoint = finishedFull();
        Map<String, Map<String, BitmapView>> running = hypervisor().countedBitmaps(DOMAIN);
        assertThat(running).isEqualTo(hypervisor().bitmaps(DOMAIN));
        turnOff();

        assertThat(hypervisor().countedBitmaps(DOMAIN)).isEqualTo(running);
        assertThat(running.get("vda")).containsOnlyKeys(checkpoint);
    }

    @Test
    default void bitmapsAreCountedWhileTheDomainRuns() {
        String checkpoint = finishedFull();

        assertThat(hypervisor().bitmaps(DOMAIN).get("vda"))
                .containsExactly(
                        Map.entry(checkpoint, new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.of(0))));
    }

    @Test
    default void aDomainThatIsOffHasNoJobAndNothingToEnd() throws LibvirtException {
        turnOff();

        hypervisor().abortBackup(DOMAIN, full().point());
        hypervisor().deleteCheckpoint(DOMAIN, "unknown");
        hypervisor().resume(DOMAIN);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor().freeze(DOMAIN, List.of())).isInstanceOf(DomainFreeze.AgentAbsent.class);
        assertThat(hypervisor().domain(DOMAIN).state()).isEqualTo(VmState.OFF);
    }

    @Test
    default void aDomainThatIsTurnedOffInABackupHasNoJobAnyMore() throws LibvirtException {
        hypervisor().beginBackup(DOMAIN, full());

        turnOff();

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
    }

    @Test
    default void aBackupBearsOurMarkUntilItIsEnded() {
        BackupOrder order = full();

        hypervisor().beginBackup(DOMAIN, order);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.OurBackup(order.point()));
        assertThat(hypervisor().domain(DOMAIN).state()).isEqualTo(VmState.PAUSED);
        hypervisor().abortBackup(DOMAIN, order.point());
        hypervisor().abortBackup(DOMAIN, order.point());
        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(BackupOrder.checkpointName(order.point()));
    }

    @Test
    default void aBackupUsesTheScratchThatWasMadeForIt() {
        BackupOrder order = full();

        hypervisor().makeScratch(DOMAIN, order);
        hypervisor().beginBackup(DOMAIN, order);

        assertThat(hypervisor().jobStatistics(DOMAIN).scratchTotalBytes()).isPositive();
        assertThat(hypervisor().abortBackup(DOMAIN, order.point())).isEqualTo(new DomainJob.OurBackup(order.point()));
        assertThat(order.disks()).noneMatch(disk -> Files.exists(order.scratch(disk.target())));
    }

    @Test
    default void onlyTheJobOfThePointIsEnded() {
        BackupOrder order = full();
        hypervisor().beginBackup(DOMAIN, order);
        var ours = new DomainJob.OurBackup(order.point());

        assertThat(hypervisor().abortBackup(DOMAIN, full().point())).isEqualTo(ours);
        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(ours);
        assertThat(hypervisor().abortBackup(DOMAIN, order.point())).isEqualTo(ours);
        assertThat(hypervisor().abortBackup(DOMAIN, order.point())).isEqualTo(new DomainJob.None());
    }

    @Test
    default void aSecondBackupIsRefusedAndTheFirstGoesOn() {
        BackupOrder first = full();
        hypervisor().beginBackup(DOMAIN, first);

        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, full())).isInstanceOf(DomainBusy.class);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.OurBackup(first.point()));
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(BackupOrder.checkpointName(first.point()));
        hypervisor().abortBackup(DOMAIN, first.point());
    }

    @Test
    default void aJobOfOthersIsNeitherJoinedNorEnded() throws LibvirtException {
        beginForeignBackup();

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.Foreign("backup"));
        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, full())).isInstanceOf(DomainBusy.class);
        assertThat(hypervisor().abortBackup(DOMAIN, full().point())).isEqualTo(new DomainJob.Foreign("backup"));
        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.Foreign("backup"));
    }

    @Test
    default void aBackupWithoutATrackableDiskMakesNoCheckpoint() {
        BackupOrder order = order(new DiskOrder("vdb", Optional.empty(), false));
        hypervisor().beginBackup(DOMAIN, order);
        hypervisor().abortBackup(DOMAIN, order.point());

        assertThat(hypervisor().checkpoints(DOMAIN)).isEmpty();
    }

    @Test
    default void anOrderForADiskThatTheDomainLacksIsRefused() {
        var order = order(new DiskOrder("vdx", Optional.empty(), true));

        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, order)).isInstanceOf(RequestRefused.class);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
    }

    @Test
    default void aPointIsTakenOnce() {
        BackupOrder order = full();
        hypervisor().beginBackup(DOMAIN, order);
        hypervisor().abortBackup(DOMAIN, order.point());

        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, order)).isInstanceOf(RequestRefused.class);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor().bitmapStates(DOMAIN, BackupOrder.checkpointName(order.point())))
                .containsEntry("vda", BitmapState.RECORDING);
    }

    /// Scratch that is refused is no reason to let go of the checkpoint of a point that was taken.
    @Test
    default void aPointIsTakenOnceThoughItsScratchIsMadeAgain() {
        BackupOrder order = full();
        hypervisor().beginBackup(DOMAIN, order);
        hypervisor().abortBackup(DOMAIN, order.point());
        hypervisor().makeScratch(DOMAIN, order);

        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, order)).isInstanceOf(RequestRefused.class);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(BackupOrder.checkpointName(order.point()));
    }

    @Test
    default void anIncrementMakesACheckpointBesideItsParents() {
        String parent = finishedFull();
        BackupOrder increment = increment(parent);

        hypervisor().beginBackup(DOMAIN, increment);
        hypervisor().abortBackup(DOMAIN, increment.point());

        String checkpoint = BackupOrder.checkpointName(increment.point());
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactlyInAnyOrder(parent, checkpoint);
        hypervisor().deleteCheckpoint(DOMAIN, parent);
        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(checkpoint);
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.RECORDING);
    }

    @Test
    default void anIncrementWithoutABitmapOfItsOwnLeavesItsParentsRecordingAndMayBeTakenAgain() {
        String parent = finishedFull();

        for (BackupOrder differential : List.of(differential(parent), differential(parent))) {
            hypervisor().beginBackup(DOMAIN, differential);
            hypervisor().abortBackup(DOMAIN, differential.point());
        }

        assertThat(hypervisor().checkpoints(DOMAIN)).containsExactly(parent);
        assertThat(hypervisor().bitmapStates(DOMAIN, parent)).containsEntry("vda", BitmapState.RECORDING);
    }

    @Test
    default void anIncrementFromAnUnknownCheckpointIsBroken() {
        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, increment("tidemark-unknown")))
                .isInstanceOf(CheckpointBroken.class);

        assertThat(hypervisor().runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
    }

    @Test
    default void anIncrementFromACheckpointWithoutItsBitmapIsBrokenAndItsMetadataCanGo() throws LibvirtException {
        String checkpoint = finishedFull();
        removeBitmap(checkpoint);

        assertThatThrownBy(() -> hypervisor().beginBackup(DOMAIN, increment(checkpoint)))
                .isInstanceOf(CheckpointBroken.class);
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.MISSING);
        hypervisor().deleteCheckpoint(DOMAIN, checkpoint);

        assertThat(hypervisor().checkpoints(DOMAIN)).doesNotContain(checkpoint);
    }

    @Test
    default void theBitmapOfACheckpointRecordsOnTheQcow2DiskOnly() {
        String checkpoint = finishedFull();

        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint))
                .isEqualTo(Map.of("vda", BitmapState.RECORDING, "vdb", BitmapState.MISSING));
        assertThat(hypervisor().bitmapStates(DOMAIN, "unknown"))
                .isEqualTo(Map.of("vda", BitmapState.MISSING, "vdb", BitmapState.MISSING));
    }

    @Test
    default void aDeletedCheckpointIsGoneAndMayBeDeletedAgain() {
        String checkpoint = finishedFull();

        hypervisor().deleteCheckpoint(DOMAIN, checkpoint);
        hypervisor().deleteCheckpoint(DOMAIN, checkpoint);

        assertThat(hypervisor().checkpoints(DOMAIN)).isEmpty();
        assertThat(hypervisor().bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.MISSING);
    }

    @Test
    default void aPausedGuestIsNeitherFrozenNorThawed() {
        assertThat(hypervisor().freeze(DOMAIN, List.of())).isInstanceOf(DomainFreeze.AgentAbsent.class);
        assertThatThrownBy(() -> hypervisor().thaw(DOMAIN)).isInstanceOf(DomainOff.class);
    }

    /// With an agent a thaw without a freeze answers 0; that needs a guest, so only the fake is asked here.
    @Test
    default void aRunningGuestWithoutAgentRefusesTheThawToo() {
        hypervisor().resume(DOMAIN);

        assertThat(hypervisor().freeze(DOMAIN, List.of())).isInstanceOf(DomainFreeze.AgentAbsent.class);
        assertThatThrownBy(() -> hypervisor().thaw(DOMAIN)).isInstanceOf(RequestRefused.class);
    }

    @Test
    default void aPausedGuestIsResumedAndARunningOneIsLeft() {
        hypervisor().resume(DOMAIN);
        hypervisor().resume(DOMAIN);

        assertThat(hypervisor().domain(DOMAIN).state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    default void eachChangeOfADomainIsTold() throws Exception {
        hypervisor().domain(DOMAIN);
        while (changes().tryAcquire(500, TimeUnit.MILLISECONDS)) {
            changes().drainPermits(); // what came before
        }

        hypervisor().resume(DOMAIN);
        assertThat(changes().tryAcquire(10, TimeUnit.SECONDS)).as("resumed").isTrue();
        turnOff();
        assertThat(changes().tryAcquire(10, TimeUnit.SECONDS)).as("turned off").isTrue();
    }

    @Test
    default void whatTheGuestWritesIsCountedWithItsTimeAndWhatABackupReadsIsNot() throws LibvirtException {
        GuestIo before = hypervisor().guestIo(DOMAIN);

        hypervisor().beginBackup(DOMAIN, full());
        assertThat(hypervisor().guestIo(DOMAIN)).isEqualTo(before);
        guestWrites();

        GuestIo written = hypervisor().guestIo(DOMAIN).since(before);
        assertThat(written.requests()).isPositive();
        assertThat(written.nanos()).isPositive();
    }

    @Test
    default void figuresAreThoseOfTheRunningJobAndZeroWithoutOne() {
        assertThat(hypervisor().jobStatistics(DOMAIN)).isEqualTo(new DomainJobStatistics(0, 0));

        BackupOrder order = full();
        hypervisor().beginBackup(DOMAIN, order);
        DomainJobStatistics running = hypervisor().jobStatistics(DOMAIN);
        assertThat(running.scratchTotalBytes()).isPositive();
        assertThat(running.scratchUsedBytes()).isBetween(0L, running.scratchTotalBytes());
        hypervisor().abortBackup(DOMAIN, order.point());

        assertThat(hypervisor().jobStatistics(DOMAIN)).isEqualTo(new DomainJobStatistics(0, 0));
    }

    @Test
    default void aDefinedDomainIsListedByNameAndOff() {
        var uuid = DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000a");

        hypervisor().defineDomain(definition("another", uuid));

        assertThat(hypervisor().domains()).extracting(DomainView::name).containsExactly("another", NAME);
        assertThat(hypervisor().domain(uuid).state()).isEqualTo(VmState.OFF);
        assertThat(hypervisor().domainXml(uuid)).contains("<name>another</name>", "<uuid>" + uuid + "</uuid>");
    }

    @Test
    default void aDefinitionThatSharesOnlyTheNameOrTheUuidIsRefused() {
        var free = DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000a");

        assertThatThrownBy(() -> hypervisor().defineDomain(definition(NAME, free)))
                .isInstanceOf(RequestRefused.class);
        assertThatThrownBy(() -> hypervisor().defineDomain(definition("another", DOMAIN)))
                .isInstanceOf(RequestRefused.class);

        assertThat(hypervisor().domains()).extracting(DomainView::name).containsExactly(NAME);
    }

    @Test
    default void aDomainThatIsOnMayBeDefinedAgainAndGoesOn() {
        hypervisor().defineDomain(hypervisor().domainXml(DOMAIN));

        assertThat(hypervisor().domain(DOMAIN).state()).isEqualTo(VmState.PAUSED);
        assertThat(hypervisor().domain(DOMAIN).disks()).hasSize(2);
    }

    private static String definition(String name, DomainUuid uuid) {
        return """
                <domain type='qemu'><name>%s</name><uuid>%s</uuid><memory unit='MiB'>32</memory>
                <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>
                """.formatted(name, uuid);
    }

    /// Takes a full and ends it; answers its checkpoint.
    default String finishedFull() {
        BackupOrder order = full();
        hypervisor().beginBackup(DOMAIN, order);
        hypervisor().abortBackup(DOMAIN, order.point());
        return BackupOrder.checkpointName(order.point());
    }

    default BackupOrder full() {
        return order(new DiskOrder("vda", Optional.empty(), true), new DiskOrder("vdb", Optional.empty(), false));
    }

    default BackupOrder increment(String from) {
        return order(new DiskOrder("vda", Optional.of(from), true), new DiskOrder("vdb", Optional.empty(), false));
    }

    default BackupOrder differential(String from) {
        return order(new DiskOrder("vda", Optional.of(from), false), new DiskOrder("vdb", Optional.empty(), false));
    }

    private BackupOrder order(DiskOrder... disks) {
        var point = new RestorePointId(new UUID(0x4000, LAST_POINT.incrementAndGet()));
        return new BackupOrder(point, List.of(disks), folder().resolve("nbd.sock"), folder());
    }
}
