package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.inventory.VmLook;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of a domain that is off, which anybody may start meanwhile.
class BackupAtRestTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private BackupLab lab;

    @BeforeEach
    void layOut() {
        lab = new BackupLab(folder);
        lab.domain.turnOff();
    }

    @AfterEach
    void close() {
        lab.service.close();
    }

    @Test
    void fullHoldsEveryByteAndBeginsEpochs() {
        BackupCompleted full = lab.completed(lab.full());

        lab.assertBytes(full);
        assertThat(full.disks()).extracting(DiskResult::epochBegun).containsExactly(true, false);
        assertThat(full.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(full.point()));
    }

    @Test
    void nobodyIsFrozenAndNothingIsGuarded() {
        lab.completed(lab.full());

        assertThat(lab.guards.said).isEmpty();
        assertThat(lab.hypervisor.calls).doesNotContain("freeze", "begin", "abort", "thaw", "scratch");
    }

    @Test
    void chainGoesOnFromOffToOnAndBack() {
        BackupCompleted atRest = lab.completed(lab.full());
        lab.domain.turnOn();
        lab.domain.write("vda", 200_000, 70_000, 9);
        BackupCompleted live = lab.completed(lab.increment(atRest));
        lab.assertBytes(live);
        lab.domain.write("vda", 2_000_000, 10, 8);
        lab.domain.turnOff();

        BackupCompleted last = lab.completed(lab.increment(live));

        assertThat(List.of(live, last))
                .extracting(done -> done.disks().getFirst().level())
                .containsExactly(Level.INCREMENTAL, Level.INCREMENTAL);
        assertThat(last.disks().getFirst().dirtyBytes()).isEqualTo(1 << 16);
        lab.assertBytes(last);
    }

    @Test
    void domainThatIsStartedWhileItIsReadIsForAnotherTry() {
        lab.onStarted = lab.domain::turnOn;

        assertTriedAgain(lab.failed(lab.full()), "it was started");
    }

    @Test
    void domainThatWasStartedAndStoppedMeanwhileIsForAnotherTry() {
        lab.onStarted = () -> lab.rest.started(lab.domain.uuid);

        assertTriedAgain(lab.failed(lab.full()), "it was started");
    }

    @Test
    void imageThatIsWrittenWhileItIsReadIsForAnotherTry() {
        lab.onStarted = () -> lab.domain.writePastBitmaps("vdb", 0, 1, 77);

        assertTriedAgain(lab.failed(lab.full()), "an image was changed");
    }

    @Test
    void imageThatSomebodyHasOpenIsForAnotherTry() {
        lab.hypervisor.failNext("begin at rest", new DomainBusy("Failed to get \"write\" lock"));

        assertTriedAgain(lab.failed(lab.full()), "lock");
    }

    private void assertTriedAgain(BackupFailed failed, String detail) {
        assertThat(failed.reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertThat(failed.detail()).contains(detail);
        assertThat(lab.domain.checkpoints).isEmpty();
    }

    @Test
    void bitmapThatDoesNotTellAllMakesTheDisksFull() {
        BackupCompleted full = lab.completed(lab.full());
        lab.hypervisor.failNext("begin at rest", new CheckpointBroken("one more below"));

        BackupCompleted next = lab.completed(lab.increment(full));

        assertThat(next.disks().getFirst().reason()).isEqualTo(Reason.BITMAP_GAP_IN_BACKING_CHAIN);
        lab.assertBytes(next);
    }

    @Test
    void imageThatChangedSinceTheLastLookIsReadWhole() throws IOException {
        Path image = image();
        BackupCompleted full = lab.completed(lab.full());
        lab.rest.changed(lab.domain.view());
        lab.domain.writePastBitmaps("vda", 1_000_000, 10, 9);
        Files.writeString(image, "another");

        BackupCompleted next = lab.completed(lab.increment(full));

        assertThat(next.disks().getFirst().reason()).isEqualTo(Reason.CHANGED_OFFLINE);
        lab.assertBytes(next);
    }

    /// I3: the disk is known by its serial, and so is its epoch.
    @Test
    void imageThatChangedAndHasAnotherTargetByNowIsReadWhole() throws IOException {
        Path image = image();
        BackupCompleted full = lab.completed(lab.full());
        lab.rest.changed(lab.domain.view());
        lab.domain.writePastBitmaps("vda", 1_000_000, 10, 9);
        Files.writeString(image, "another");
        lab.domain.rename("vda", "vdd");

        BackupCompleted next = lab.completed(BackupLab.renamed(lab.increment(full), "vda", "vdd"));

        assertThat(next.disks()).extracting(DiskResult::reason).contains(Reason.CHANGED_OFFLINE);
        lab.assertBytes(next);
    }

    @Test
    void diskThatOnlyHasAnotherTargetByNowGoesOn() throws IOException {
        image();
        BackupCompleted full = lab.completed(lab.full());
        lab.rest.changed(lab.domain.view());
        lab.domain.rename("vda", "vdd");

        BackupCompleted next = lab.completed(BackupLab.renamed(lab.increment(full), "vda", "vdd"));

        assertThat(next.disks()).extracting(DiskResult::level).contains(Level.INCREMENTAL);
        lab.assertBytes(next);
    }

    @Test
    void whatTheBackupWritesToAnImageIsNoChange() throws IOException {
        Path image = image();
        lab.rest.changed(lab.domain.view());
        lab.hypervisor.atNext("begin at rest", () -> write(image, "with a bitmap"));

        BackupCompleted full = lab.completed(lab.full());

        assertThat(lab.rest.changed(lab.domain.view())).isEmpty();
        assertThat(lab.completed(lab.increment(full)).disks().getFirst().level())
                .isEqualTo(Level.INCREMENTAL);
    }

    @Test
    void imageThatOthersChangedJustBeforeTheBitmapIsForAnotherTry() throws IOException {
        Path image = image();
        lab.rest.changed(lab.domain.view());
        lab.gate = phase -> {
            if (phase == PhaseGate.Phase.FREEZE) {
                write(image, "by others");
            }
        };

        assertTriedAgain(lab.failed(lab.full()), "changed by others");
        assertThat(lab.rest.changed(lab.domain.view())).containsExactly("vda");
    }

    @Test
    void changeIsStillToldAfterAnAttemptThatCouldNotDoubtTheBitmaps() throws IOException {
        Path image = image();
        lab.rest.changed(lab.domain.view());
        write(image, "by others");
        lab.hypervisor.failNext("bitmaps", new DomainBusy("found it started"));

        assertTriedAgain(lab.failed(lab.full()), "started");

        assertThat(lab.rest.changed(lab.domain.view())).containsExactly("vda");
    }

    @Test
    void changeBesideAWriteThatFailsIsToldByTheNextLook() throws IOException {
        Path image = image();
        lab.rest.changed(lab.domain.view());
        lab.hypervisor.atNext("begin at rest", () -> {
            write(image, "by others");
            throw new DomainBusy("Failed to get \"write\" lock");
        });

        assertTriedAgain(lab.failed(lab.full()), "lock");

        assertThat(lab.rest.changed(lab.domain.view())).containsExactly("vda");
    }

    /// Of `vda`, whose content nobody reads.
    private Path image() throws IOException {
        Path image = Files.writeString(folder.resolve("vda.qcow2"), "one");
        lab.domain.lie("vda", image);
        return image;
    }

    private static void write(Path image, String content) {
        try {
            Files.writeString(image, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatADeadProcessLeftIsEndedAndItsBitmapsDeleted() {
        StartBackup command = lab.full();
        lab.hypervisor.beginAtRest(
                lab.domain.uuid,
                new BackupOrder(
                        command.point(),
                        List.of(new BackupOrder.DiskOrder("vda", Optional.empty(), true)),
                        folder,
                        folder),
                Instant.EPOCH);

        lab.service.settle(command, lab.attempt(), lab.events::add);

        assertThat(lab.events.getLast()).isInstanceOf(BackupFailed.class);
        assertThat(lab.domain.checkpoints).isEmpty();
        assertThat(lab.domain.endedLeftovers)
                .containsExactly(folder.resolve("s").resolve(BackupOrder.checkpointName(command.point())));
    }

    @Test
    void checkpointIsRetiredWithoutAStart() {
        BackupCompleted full = lab.completed(lab.full());
        BackupCompleted increment = lab.completed(lab.increment(full));

        lab.service.retire(
                new RetireCheckpoints(BackupLab.VM, lab.domain.uuid, List.of(full.point())), lab.events::add);

        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(increment.point()));
    }

    /// `qemu-img` marks every bitmap of the image as in use while it removes one.
    @Test
    void aLookBesideTheRemovalOfABitmapSaysNothingOfTheOthers() throws Exception {
        BackupCompleted full = lab.completed(lab.full());
        BackupCompleted increment = lab.completed(lab.increment(full));
        var look = new VmLook(lab.hypervisor, new Watches(lab.begins, lab.doubts, lab.rest));
        assertThat(bitmapsOfVda(look.report(lab.domain.view()))).hasSize(2);
        var beside = new FutureTask<>(() -> look.report(lab.domain.view()));
        lab.hypervisor.atNext("delete " + BackupOrder.checkpointName(full.point()), () -> {
            lab.domain.breakBitmap(increment.point(), "vda", BitmapState.INCONSISTENT);
            awaitBlocked(Thread.ofPlatform().start(beside));
            lab.domain.breakBitmap(increment.point(), "vda", BitmapState.RECORDING);
        });

        lab.service.retire(
                new RetireCheckpoints(BackupLab.VM, lab.domain.uuid, List.of(full.point())), lab.events::add);

        assertThat(bitmapsOfVda(beside.get(10, TimeUnit.SECONDS))).isNull();
        assertThat(bitmapsOfVda(look.report(lab.domain.view())))
                .singleElement()
                .extracting(BitmapReport::state)
                .isEqualTo(BitmapState.RECORDING);
    }

    /// Who looks at images at rest waits for whoever writes to them.
    private static void awaitBlocked(Thread looking) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (looking.getState() != Thread.State.BLOCKED) {
            assertThat(System.nanoTime()).as("blocked within 10 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static @Nullable List<BitmapReport> bitmapsOfVda(VmReport report) {
        return report.disks().getFirst().bitmaps();
    }
}
