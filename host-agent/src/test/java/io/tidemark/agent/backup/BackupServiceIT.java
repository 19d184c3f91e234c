package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.CheckpointsRetired;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.libvirt.LibvirtException;
import org.libvirt.TypedParameter;
import org.libvirt.TypedUlongParameter;

/// Backups of a paused domain on a real libvirtd with a real QEMU, into a real folder, under a real guard process.
class BackupServiceIT {
    private static final VmId VM = new VmId(new UUID(1, 1));
    private static final TrackerId TRACKER = new TrackerId("default");
    private static final int COPY_TRANSIENT_JOB = 4;
    private static final List<String> TARGETS = List.of("vda", "vdb", "vdc");

    private final List<AgentEvent> events = new ArrayList<>();
    private PausedDomain domain;
    private LibvirtHypervisor hypervisor;
    private RealBackups backups;
    private Repository repository;
    private BackupService service;
    private volatile PhaseGate gate = PhaseGate.OPEN; // not final: a test sets it
    private int attempts;

    @BeforeEach
    void start() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        domain = new PausedDomain();
        backups = new RealBackups(domain, phase -> gate.reached(phase));
        hypervisor = backups.hypervisor;
        repository = backups.repository;
        service = backups.service;
        domain.write("vda", 1 << 20, 192 << 10, 0x5a);
        domain.write("vdb", 0, 64 << 10, 0x11);
        domain.write("vdc", 4096, 1000 << 10, 0x77);
    }

    @AfterEach
    void stop() throws Exception {
        if (backups != null) {
            backups.close();
        }
        if (domain != null) {
            domain.close();
        }
    }

    @Test
    void fullHoldsEveryByteAndLeavesNothingBehind() throws IOException {
        BackupCompleted full = backup(null);

        assertThat(levels(full))
                .containsExactly("vda full first-backup", "vdb full first-backup", "vdc full tracking-unsupported");
        assertThat(full.disks()).extracting(DiskResult::epochBegun).containsExactly(true, true, false);
        assertThat(disk(full, "vda").dirtyBytes()).isEqualTo(192 << 10);
        assertThat(full.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(events.getFirst()).isInstanceOf(BackupStarted.class);
        assertBytes(full);
        assertNothingLeft(full);
    }

    @Test
    void incrementStoresWhatIsDirtyAndAZeroedGranuleOverridesTheParent() throws Exception {
        BackupCompleted full = backup(null);
        domain.write("vda", 3 << 20, 70 << 10, 0x33);
        domain.zero("vda", 1 << 20, 64 << 10);

        BackupCompleted increment = backup(full);

        assertThat(levels(increment))
                .containsExactly("vda incremental null", "vdb incremental null", "vdc full tracking-unsupported");
        assertThat(disk(increment, "vda").dirtyBytes()).isEqualTo(192 << 10);
        assertThat(disk(increment, "vdb").dirtyBytes()).isZero();
        assertBytes(increment);
        assertThat(hypervisor.checkpoints(PausedDomain.UUID)).hasSize(2);
    }

    /// Each is compared with the domain as it was then, once more when all have been made.
    @Test
    void differentialsAndTheNextIncrementBuildOnTheFullWhoseBitmapsRecordOn() throws Exception {
        BackupCompleted full = backup(null);
        Map<BackupCompleted, Map<String, byte[]>> taken = new LinkedHashMap<>(Map.of(full, now()));
        domain.write("vda", 3 << 20, 64 << 10, 0x33);
        taken.put(differential(full), now());
        domain.write("vda", 5 << 20, 64 << 10, 0x44);
        domain.handle.destroy();
        taken.put(differential(full), now());
        assertNothingLeft(full);
        domain.start();
        domain.write("vdb", 2 << 20, 512, 0x21);
        taken.put(differential(full), now());
        assertNothingLeft(full);
        assertThat(hypervisor.bitmapStates(PausedDomain.UUID, BackupOrder.checkpointName(full.point())))
                .containsEntry("vda", BitmapState.RECORDING)
                .containsEntry("vdb", BitmapState.RECORDING);
        domain.zero("vda", 1 << 20, 64 << 10);
        BackupCompleted increment = backup(full);
        taken.put(increment, now());
        service.retire(new RetireCheckpoints(VM, PausedDomain.UUID, List.of(full.point())), events::add);
        domain.write("vda", 7 << 20, 512, 0x55);
        taken.put(backup(increment), now());

        assertThat(taken.keySet())
                .extracting(done -> levels(done).getFirst() + " "
                        + (disk(done, "vda").dirtyBytes() >> 16) + " "
                        + (disk(done, "vdb").dirtyBytes() >> 16))
                .containsExactly(
                        "vda full first-backup 3 1",
                        "vda incremental differential 1 0",
                        "vda incremental differential 2 0",
                        "vda incremental differential 2 1",
                        "vda incremental null 3 1",
                        "vda incremental null 1 0");
        taken.forEach(this::assertBytes);
    }

    @Test
    void nothingDirtyIsAPointAllTheSame() throws Exception {
        BackupCompleted full = backup(null);

        BackupCompleted increment = backup(full);

        assertThat(increment.newBytes()).isZero();
        assertBytes(increment);
        assertBytes(full);
    }

    @Test
    void domainThatIsSavedAndRestoredGoesOnInIncrements() throws Exception {
        BackupCompleted full = backup(null);
        domain.write("vda", 3 << 20, 64 << 10, 0x33);
        domain.handle.managedSave();
        domain.start();
        domain.write("vda", 5 << 20, 64 << 10, 0x44);

        BackupCompleted increment = backup(full);

        assertThat(levels(increment))
                .containsExactly("vda incremental null", "vdb incremental null", "vdc full tracking-unsupported");
        assertThat(disk(increment, "vda").dirtyBytes()).isEqualTo(128 << 10);
        assertBytes(increment);
    }

    @Test
    void resizeIsRefusedWhileADiskIsReadAndThePointIsRight() throws Exception {
        gate = phase -> {
            if (phase == PhaseGate.Phase.READ) {
                Assertions.assertThatThrownBy(() -> domain.grow("vda", 64 << 20))
                        .hasMessageContaining("in use");
            }
        };

        assertBytes(backup(null));
    }

    @Test
    void diskThatSomebodyCopiesIsBusyAndIsBackedUpAfterwards() throws Exception {
        String copy = "<disk type='file'><driver type='qcow2'/><source file='" + domain.home.resolve("copy.qcow2")
                + "'/></disk>";
        domain.handle.blockCopy(
                "vda", copy, new TypedParameter[] {new TypedUlongParameter("bandwidth", 1 << 20)}, COPY_TRANSIENT_JOB);

        assertThat(run(command(null)))
                .isInstanceOfSatisfying(
                        BackupFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.DOMAIN_BUSY));
        domain.handle.blockJobAbort("vda", 0);
        assertBytes(backup(null));
    }

    @Test
    void lostBitmapMakesThatDiskFullAndNoOther() throws Exception {
        BackupCompleted full = backup(null);
        domain.removeBitmapBehindLibvirt("vdb", BackupOrder.checkpointName(full.point()));
        domain.write("vdb", 1 << 20, 4096, 0x44);

        BackupCompleted next = backup(full);

        assertThat(levels(next))
                .containsExactly("vda incremental null", "vdb full bitmap-missing", "vdc full tracking-unsupported");
        assertBytes(next);
    }

    /// Of the second backup nothing continues the first, so it has no parent.
    @Test
    void diskWithoutABitmapIsReadWholeAndStoresWhatDiffers() throws Exception {
        BackupCompleted first = backup(null);
        domain.write("vdc", 2 << 20, 4096, 0x41);

        BackupCompleted second = backup(null);

        assertThat(disk(second, "vdc").dirtyBytes())
                .isEqualTo(disk(first, "vdc").dirtyBytes() + (64 << 10));
        assertThat(second.disks()).extracting(DiskResult::newBytes).containsExactly(0L, 0L, 64L << 10);
        assertBytes(second);
    }

    /// A raw disk too, which is told as one that has no bitmap.
    @Test
    void fullThatSomebodyAskedForStoresEverythingAnew() {
        BackupCompleted first = backup(null);

        BackupCompleted second = (BackupCompleted) run(command(null, Reason.FORCED_FULL));

        assertThat(disk(second, "vdc").reason()).isEqualTo(Reason.TRACKING_UNSUPPORTED);
        assertThat(second.disks())
                .extracting(DiskResult::newBytes)
                .containsExactlyElementsOf(
                        first.disks().stream().map(DiskResult::newBytes).toList());
    }

    @Test
    void retiredCheckpointIsGoneAndTheNextIncrementContinuesFromTheOther() throws Exception {
        BackupCompleted full = backup(null);
        BackupCompleted increment = backup(full);

        service.retire(new RetireCheckpoints(VM, PausedDomain.UUID, List.of(full.point())), events::add);

        assertThat(events.getLast()).isEqualTo(new CheckpointsRetired(VM, List.of(full.point())));
        assertThat(hypervisor.checkpoints(PausedDomain.UUID))
                .containsExactly(BackupOrder.checkpointName(increment.point()));
        domain.write("vdb", 2 << 20, 512, 0x21);
        assertBytes(backup(increment));
    }

    @Test
    void chainGoesOnWhileTheDomainIsOff() throws Exception {
        BackupCompleted live = backup(null);
        domain.write("vda", 3 << 20, 70 << 10, 0x33);
        domain.handle.destroy();

        BackupCompleted first = backup(live);
        service.retire(new RetireCheckpoints(VM, PausedDomain.UUID, List.of(live.point())), events::add);
        BackupCompleted second = backup(first);
        assertBytes(second);
        assertNothingLeft(second, first);
        domain.start();
        domain.write("vdb", 2 << 20, 512, 0x21);
        BackupCompleted last = backup(second);

        assertThat(List.of(first, second, last))
                .extracting(done ->
                        disk(done, "vda").level() + " " + disk(done, "vda").dirtyBytes())
                .containsExactly("INCREMENTAL 131072", "INCREMENTAL 0", "INCREMENTAL 0");
        assertThat(disk(last, "vdb").dirtyBytes()).isEqualTo(1 << 16);
        assertBytes(last);
    }

    @Test
    void fullOfADomainThatIsOffBeginsAnEpochThatTheRunningOneGoesOnWith() throws Exception {
        domain.handle.destroy();

        BackupCompleted full = backup(null);

        assertThat(full.disks()).extracting(DiskResult::epochBegun).containsExactly(true, true, false);
        assertBytes(full);
        assertNothingLeft(full);
        domain.start();
        domain.write("vda", 5 << 20, 512, 0x61);
        BackupCompleted next = backup(full);
        assertThat(levels(next))
                .containsExactly("vda incremental null", "vdb incremental null", "vdc full tracking-unsupported");
        assertBytes(next);
    }

    @Test
    void domainThatIsStartedWhileItIsReadStartsAtOnceAndIsBackedUpNext() throws Exception {
        domain.handle.destroy();
        BackupCompleted full = backup(null);
        gate = phase -> {
            if (phase == PhaseGate.Phase.READ) {
                startAndWrite();
            }
        };

        AgentEvent failed = run(command(full));

        assertThat(failed).isInstanceOf(BackupFailed.class);
        assertThat(((BackupFailed) failed).reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertNothingLeft(full);
        gate = PhaseGate.OPEN;
        BackupCompleted next = backup(full);
        assertThat(disk(next, "vda").level()).isEqualTo(Level.INCREMENTAL);
        assertThat(disk(next, "vda").dirtyBytes()).isEqualTo(1 << 16);
        assertBytes(next);
    }

    /// Nothing that the guest writes waits for the target, and a cancel frees it within seconds, though the attempt
    /// itself can end only when the target answers.
    @Test
    void targetThatHangsHoldsUpNoWriteOfTheGuestAndACancelEndsTheJob() throws Exception {
        var reading = new CountDownLatch(1);
        var back = new CountDownLatch(1);
        gate = phase -> {
            if (phase == PhaseGate.Phase.READ) {
                reading.countDown();
                awaitUninterrupted(back);
            }
        };
        var cancelled = new CompletableFuture<>();
        var attempt = CompletableFuture.runAsync(
                () -> service.backup(command(null), new Attempt(1, 1), cancelled, events::add));
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        for (int write = 0; write < 100; write++) {
            domain.write("vda", write << 16, 512, 0x33);
        }

        cancelled.complete("cancel");
        long askedNanos = System.nanoTime();
        while (!(hypervisor.runningJob(PausedDomain.UUID) instanceof DomainJob.None)) {
            assertThat(System.nanoTime() - askedNanos).isLessThan(TimeUnit.SECONDS.toNanos(20));
            assertThat(back.await(50, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(attempt).isNotDone();
        back.countDown();
        attempt.get(30, TimeUnit.SECONDS);

        assertThat(((BackupFailed) events.getLast()).reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(repository.points(VM)).isEmpty();
        gate = PhaseGate.OPEN;
        assertBytes(backup(null));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startAndWrite() {
        try {
            domain.start();
            domain.write("vda", 9 << 20, 512, 0x71);
        } catch (LibvirtException refused) {
            throw new AssertionError("expected the domain to start while its images are read", refused);
        }
    }

    private AgentEvent run(StartBackup command) {
        service.backup(command, new Attempt(1, attempts), new CompletableFuture<>(), events::add);
        return events.getLast();
    }

    private BackupCompleted backup(@Nullable BackupCompleted parent) {
        AgentEvent last = run(command(parent));
        assertThat(last).isInstanceOf(BackupCompleted.class);
        return (BackupCompleted) last;
    }

    private BackupCompleted differential(BackupCompleted full) {
        AgentEvent last = run(command(full, Reason.DIFFERENTIAL));
        assertThat(last).isInstanceOf(BackupCompleted.class);
        return (BackupCompleted) last;
    }

    private StartBackup command(@Nullable BackupCompleted parent) {
        return command(parent, null);
    }

    /// @param reason of the disks that are increments, or of all where there is no parent; null if nobody says
    private StartBackup command(@Nullable BackupCompleted parent, @Nullable Reason reason) {
        attempts++;
        List<DiskOrder> disks = new ArrayList<>();
        for (String target : TARGETS) {
            boolean isIncremental = parent != null && disk(parent, target).epochBegun();
            disks.add(new DiskOrder(
                    new DiskId(new UUID(2, TARGETS.indexOf(target))),
                    target,
                    "SER-" + target,
                    isIncremental ? Level.INCREMENTAL : Level.FULL,
                    isIncremental || (parent == null && reason != null) ? reason : Reason.FIRST_BACKUP,
                    parent == null ? null : disk(parent, target).imageIdentity()));
        }
        return new StartBackup(
                new TaskId(new UUID(4, attempts)),
                new RestorePointId(new UUID(3, attempts)),
                VM,
                PausedDomain.UUID,
                TRACKER,
                RealBackups.REPOSITORY,
                parent == null ? null : parent.point(),
                disks,
                true,
                5000,
                60_000,
                null,
                null);
    }

    private static DiskResult disk(BackupCompleted done, String target) {
        return done.disks().stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> levels(BackupCompleted done) {
        return done.disks().stream()
                .map(disk -> disk.target() + " " + disk.level().code() + " "
                        + (disk.reason() == null ? null : disk.reason().code()))
                .toList();
    }

    private void assertBytes(BackupCompleted done) {
        assertBytes(done, now());
    }

    private Map<String, byte[]> now() {
        Map<String, byte[]> now = new HashMap<>();
        TARGETS.forEach(target -> now.put(target, domain.expected(target).clone()));
        return now;
    }

    private void assertBytes(BackupCompleted done, Map<String, byte[]> expected) {
        for (DiskResult disk : done.disks()) {
            try (DiskReader reader = repository.openDisk(new PointKey(VM, done.point()), disk.disk())) {
                byte[] found = reader.read(0, (int) reader.sizeBytes());
                Assertions.assertThat(found).as(disk.target()).isEqualTo(expected.get(disk.target()));
            }
        }
    }

    private void assertNothingLeft(BackupCompleted... done) throws IOException {
        assertThat(hypervisor.runningJob(PausedDomain.UUID)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor.checkpoints(PausedDomain.UUID))
                .containsExactlyInAnyOrderElementsOf(Stream.of(done)
                        .map(each -> BackupOrder.checkpointName(each.point()))
                        .toList());
        for (String folder : List.of("scratch", "s")) {
            Path known = domain.home.resolve(folder);
            if (Files.exists(known)) {
                assertThat(known).isEmptyDirectory();
            }
        }
    }
}
