package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.CheckpointsRetired;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BackupServiceTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private BackupLab lab;

    @BeforeEach
    void layOut() {
        lab = new BackupLab(folder);
    }

    @AfterEach
    void close() {
        lab.service.close();
    }

    @Test
    void fullThenIncrementHoldEveryByteAndOnlyTheirCheckpoints() {
        BackupCompleted full = lab.completed(lab.full());
        lab.domain.write("vda", 200_000, 70_000, 9);

        BackupCompleted increment = lab.completed(lab.increment(full));

        assertThat(increment.disks()).extracting(DiskResult::dirtyBytes).containsExactly(2L << 16, 65_536L + 777);
        lab.assertBytes(increment);
        assertThat(lab.domain.checkpoints)
                .containsOnlyKeys(
                        BackupOrder.checkpointName(full.point()), BackupOrder.checkpointName(increment.point()));
        lab.assertNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 2_500_000})
    void diskThatWasWrittenPastItsBitmapIsReadWhole(int offset) {
        BackupCompleted full = lab.completed(lab.full());
        lab.domain.write("vda", 1_000_000, 10, 9);
        lab.domain.writePastBitmaps("vda", offset, 3, 8);

        BackupCompleted increment = lab.completed(lab.increment(full));

        assertThat(increment.disks().getFirst().level()).isEqualTo(Level.FULL);
        assertThat(increment.disks().getFirst().reason()).isEqualTo(Reason.SAMPLE_MISMATCH);
        lab.assertBytes(increment);
        lab.domain.write("vda", 1_500_000, 10, 7);
        BackupCompleted next = lab.completed(lab.increment(increment));
        assertThat(next.disks().getFirst().level()).isEqualTo(Level.INCREMENTAL);
        lab.assertBytes(next);
        lab.assertNothingRuns();
    }

    @Test
    void commandOfACommittedPointThatComesAgainIsAnsweredFromTheRepository() {
        StartBackup command = lab.full();
        BackupCompleted done = lab.completed(command);
        lab.hypervisor.calls.clear();

        BackupCompleted again = lab.completed(command);

        assertThat(again.commitDigest()).isEqualTo(done.commitDigest());
        assertThat(again.disks())
                .extracting(DiskResult::epochBegun)
                .isEqualTo(done.disks().stream().map(DiskResult::epochBegun).toList());
        assertThat(lab.hypervisor.calls).doesNotContain("freeze", "begin");
        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(done.point()));
    }

    @Test
    void guestIsFrozenForTheBeginOnlyAndTheGuardKnowsFirst() {
        BackupCompleted done = lab.completed(lab.full());

        assertThat(done.consistency()).isEqualTo(Consistency.FILESYSTEM);
        assertThat(lab.hypervisor.calls).containsSubsequence("freeze", "begin", "thaw", "abort");
        assertThat(lab.guards.said).containsExactly("start", "frozen 5000", "job", "done", "close");
    }

    @Test
    void guestThatWasThawedBySomebodyElseIsCrashConsistent() {
        lab.hypervisor.atNext("begin", () -> lab.domain.isFrozen = false);

        assertThat(lab.completed(lab.full()).consistency()).isEqualTo(Consistency.CRASH);
    }

    @Test
    void guestWithoutAgentIsBackedUpWithoutFreeze() {
        lab.domain.mounted = List.of();

        BackupCompleted done = lab.completed(lab.full());

        assertThat(done.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(done.freezeMillis()).isZero();
        assertThat(lab.hypervisor.calls).doesNotContain("thaw");
    }

    @Test
    void freezeOfSomebodyElseIsLeftAlone() {
        lab.domain.isFrozen = true;

        BackupCompleted done = lab.completed(lab.full());

        assertThat(done.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(lab.domain.isFrozen).isTrue();
    }

    @Test
    void guestThatMayBeFrozenIsThawedBeforeTheBackupGoesOn() {
        lab.domain.isFreezeUncertain = true;

        assertThat(lab.completed(lab.full()).consistency()).isEqualTo(Consistency.CRASH);
        assertThat(lab.hypervisor.calls).containsSubsequence("freeze", "thaw", "begin");
        assertThat(lab.guards.said).containsExactly("start", "frozen 5000", "job", "done", "close");
        lab.assertNothingRuns();
    }

    @Test
    void guestThatMayBeFrozenAndCannotBeThawedIsLeftToTheGuardAfterTheBackup() {
        lab.domain.isFreezeUncertain = true;
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));

        assertThat(lab.completed(lab.full()).consistency()).isEqualTo(Consistency.CRASH);
        assertThat(lab.guards.said).containsExactly("start", "frozen 5000", "job unthawed", "close");
    }

    @Test
    void guestThatRanOutOfScratchAsTheCopyEndedIsLeftToTheGuard() {
        lab.hypervisor.atNext("abort", () -> lab.domain.state = VmState.PAUSED);

        lab.completed(lab.full());

        assertThat(lab.guards.said).containsExactly("start", "frozen 5000", "job", "close");
    }

    @Test
    void pausedDomainIsNeitherFrozenNorResumed() {
        lab.domain.state = VmState.PAUSED;

        lab.completed(lab.full());

        assertThat(lab.hypervisor.calls).doesNotContain("freeze", "resume");
    }

    @Test
    void aRateOfOneVmIsInThePlaceOfThatOfEach() {
        DomainUuid other = new DomainUuid(new UUID(9, 9));
        BackupLimits.Rates rates = new BackupLimits.Rates(
                1000, Map.of(lab.domain.uuid, Long.MAX_VALUE), Long.MAX_VALUE, BackupLimits.Rates.Guest.ANY);
        lab.withRates(rates);
        lab.onStarted = () -> lab.cancelled.completeOnTimeout("at 1000 bytes a second", 10, TimeUnit.SECONDS);

        lab.completed(lab.full());

        assertThat(rates.of(other)).isEqualTo(1000);
    }

    @Test
    void cancelDoesNotWaitForASlowRate() {
        lab.withRates(new BackupLimits.Rates(1000, Map.of(), Long.MAX_VALUE, BackupLimits.Rates.Guest.ANY));
        lab.onStarted = () -> lab.cancelled.completeOnTimeout("enough", 300, TimeUnit.MILLISECONDS);

        BackupFailed failed = lab.failed(lab.full());

        assertThat(failed.reason()).isEqualTo(FailureReason.CANCELLED);
        lab.assertNothingRuns();
    }

    @Test
    void unknownDomainIsNoSuchVm() {
        StartBackup command = lab.withDomain(new UUID(9, 9));

        assertThat(lab.failed(command).reason()).isEqualTo(FailureReason.NO_SUCH_VM);
    }

    @Test
    void domainThatWasMigratedAwayHasMovedWhichIsForAnotherTryWhereItIs() {
        lab.hypervisor.failNext("domain", new HypervisorException.DomainMoved("migrated"));

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.VM_MOVED);
    }

    @Test
    void jobOfSomebodyElseIsBusyAndLeft() {
        lab.domain.job = new DomainJob.Foreign("migration out");

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertThat(lab.domain.job).isEqualTo(new DomainJob.Foreign("migration out"));
    }

    @Test
    void imageThatTheHypervisorDoesNotKnowIsRefusedBeforeAnythingIsDoneToTheGuest() {
        lab.hypervisor.failNext("images", new DomainBusy("laid over it"));

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertThat(lab.hypervisor.calls()).doesNotContain("freeze", "begin");
    }

    @Test
    void jobThatComesBetweenIsBusyAndLeft() {
        lab.hypervisor.atNext("begin", () -> {
            lab.domain.job = new DomainJob.Foreign("snapshot");
            throw new DomainBusy("busy");
        });

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertThat(lab.domain.job).isEqualTo(new DomainJob.Foreign("snapshot"));
        assertThat(lab.domain.isFrozen).isFalse();
    }

    @Test
    void repositoryOfNoConfigurationIsNamed() {
        BackupFailed failed = lab.failed(lab.withRepository("elsewhere"));

        assertThat(failed.reason()).isEqualTo(FailureReason.NO_SUCH_REPOSITORY);
        assertThat(failed.detail()).contains("elsewhere", "main");
    }

    @Test
    void repositoryThatWasNeverCreatedIsUnavailableBeforeTheGuestIsDisturbed() {
        BackupFailed failed = lab.failed(lab.withRepository("uncreated"));

        assertThat(failed.reason()).isEqualTo(FailureReason.REPOSITORY_UNAVAILABLE);
        assertThat(lab.hypervisor.calls).doesNotContain("freeze", "begin");
    }

    @ParameterizedTest
    @EnumSource(FailingRepository.At.class)
    void repositoryThatFillsUpEndsTheAttemptWithoutATrace(FailingRepository.At at) {
        lab.repository.failAt(at, () -> new RepositoryFull("no room", null));

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.REPOSITORY_FULL);
        lab.assertNoTrace();
    }

    /// As a raw disk is compared with the newest point of its VM, which nobody keeps for it.
    @Test
    void dataTakenOverThatIsCollectedBeforeTheCommitIsStoredByTheNextAttempt() {
        BackupCompleted first = lab.completed(lab.full());
        lab.repository.doAt(FailingRepository.Step.COMMIT, () -> {
            lab.remove(first);
            assertThat(lab.repository.collect()).isPositive();
        });

        BackupFailed lost = lab.failed(lab.full());

        assertThat(lost.reason()).isEqualTo(FailureReason.COLLECTED_MEANWHILE);
        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(first.point()));
        lab.assertNothingRuns();
        lab.repository.doAt(FailingRepository.Step.COMMIT, () -> {});
        lab.events.clear();
        lab.assertBytes(lab.completed(lab.full()));
    }

    @Test
    void commitWhoseAnswerIsLostIsFoundInTheLog() {
        lab.repository.failAt(FailingRepository.Step.AFTER_COMMIT, () -> new RepositoryUnavailable("lost", null));

        BackupCompleted done = lab.completed(lab.full());

        lab.assertBytes(done);
        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(done.point()));
        lab.assertNothingRuns();
    }

    @Test
    void checkpointIsKeptWhileNobodyKnowsWhetherTheAttemptCommitted() {
        lab.repository.failAt(FailingRepository.Step.AFTER_COMMIT, () -> new RepositoryUnavailable("lost", null));
        lab.repository.failAt(FailingRepository.Step.CLOSE_ATTEMPT, () -> new RepositoryUnavailable("away", null));

        BackupFailed failed = lab.failed(lab.full());

        assertThat(failed.reason()).isEqualTo(FailureReason.REPOSITORY_UNAVAILABLE);
        assertThat(failed.detail()).contains("lost", "checkpoint is kept", "away");
        assertThat(lab.domain.checkpoints).hasSize(1);
        lab.assertNothingRuns();
    }

    @Test
    void hypervisorThatGoesAwayIsSaidAndTheGuardTakesOver() {
        lab.hypervisor.failNext("begin", new HypervisorUnavailable("gone"));
        lab.hypervisor.failNext("thaw", new HypervisorUnavailable("gone"));

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.HYPERVISOR_UNAVAILABLE);
        assertThat(lab.guards.said).endsWith("close").doesNotContain("done");
    }

    @Test
    void thawThatFailsLeavesTheGuestToTheGuard() {
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));

        lab.failed(lab.full());

        assertThat(lab.guards.said).endsWith("close").doesNotContain("done");
        assertThat(lab.domain.job).isEqualTo(new DomainJob.None());
    }

    @Test
    void noBackupBeginsWithoutItsGuard() {
        lab.guards.isMissing = true;

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.INTERNAL);
        assertThat(lab.hypervisor.calls).doesNotContain("freeze", "begin");
    }

    @Test
    void cancelEndsAReadThatHangs() {
        lab.domain.isReadingHung = true;
        lab.onStarted = () -> lab.cancelled.complete("cancel");

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.CANCELLED);
        lab.assertNoTrace();
    }

    @Test
    @Timeout(30)
    void cancelEndsTheJobOfARepositoryThatHangsAndWhatComesLateIsNotCommitted() throws Exception {
        var back = new CountDownLatch(1);
        lab.repository.hangAt(FailingRepository.At.PUT, back);
        lab.onStarted = () -> lab.cancelled.complete("cancel");
        var failed = CompletableFuture.supplyAsync(() -> lab.failed(lab.full()));
        assertThat(lab.domain.jobEnded.await(20, TimeUnit.SECONDS)).isTrue();
        lab.assertNothingRuns();
        assertThat(failed).isNotDone();

        back.countDown();

        assertThat(failed.get().reason()).isEqualTo(FailureReason.CANCELLED);
        lab.assertNoTrace();
    }

    @Test
    void cancelThatCameFirstBeginsNothing() {
        lab.cancelled.complete("cancel");

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(lab.guards.said).isEmpty();
    }

    @Test
    void cancelAfterTheCommitChangesNothing() {
        lab.gate = phase -> {
            if (phase == Phase.COMMIT) {
                lab.cancelled.complete("cancel");
            }
        };

        lab.completed(lab.full());
    }

    @Test
    void deadlineEndsAReadThatHangs() {
        lab.domain.isReadingHung = true;

        BackupFailed failed = lab.failed(lab.withDeadline(300));

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertThat(failed.detail()).contains("300 ms");
        lab.assertNoTrace();
    }

    @Test
    void guardThatEndsTheJobMeansThatScratchWasFull() {
        lab.domain.isReadingHung = true;
        lab.onStarted = () -> lab.guards.stepIn(lab.domain);

        BackupFailed failed = lab.failed(lab.full());

        assertThat(failed.reason()).isEqualTo(FailureReason.SCRATCH_FULL);
        assertThat(failed.detail()).contains("steps in");
        lab.assertNoTrace();
    }

    @Test
    void guardThatThawsBeforeTheBeginMeansThatTheFreezeTookTooLong() {
        lab.hypervisor.atNext("begin", () -> lab.guards.stepIn(lab.domain));

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.TIMED_OUT);
        lab.assertNoTrace();
    }

    @Test
    void scratchFolderWithoutRoomBeginsNothing() {
        BackupFailed failed = lab.withScratchLeast(Long.MAX_VALUE / 4).failed(lab.full());

        assertThat(failed.reason()).isEqualTo(FailureReason.SCRATCH_FULL);
        assertThat(lab.guards.said).isEmpty();
    }

    @Test
    void domainThatEndsWhileItIsReadIsOff() {
        lab.domain.isReadingHung = true;
        lab.onStarted = () -> {
            lab.domain.state = VmState.OFF;
            lab.domain.endJob();
        };

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.VM_OFF);
    }

    @Test
    void bitmapThatBreaksAtTheBeginMakesAllDisksFull() {
        BackupCompleted full = lab.completed(lab.full());
        lab.hypervisor.atNext("begin", () -> lab.domain.breakBitmap(full.point(), "vda", BitmapState.INCONSISTENT));

        BackupCompleted next = lab.completed(lab.increment(full));

        assertThat(next.disks())
                .extracting(DiskResult::reason)
                .containsExactly(Reason.BITMAP_INCONSISTENT, Reason.TRACKING_UNSUPPORTED);
        lab.assertBytes(next);
    }

    @Test
    void parentThatTheRepositoryLacksMakesAllDisksFull() {
        BackupCompleted full = lab.completed(lab.full());
        lab.remove(full);

        BackupCompleted next = lab.completed(lab.increment(full));

        assertThat(next.disks().getFirst().reason()).isEqualTo(Reason.PARENT_MISSING);
        lab.assertBytes(next);
    }

    @ParameterizedTest
    @EnumSource(names = {"FREEZE", "BEGIN", "READ", "PACK"})
    void whateverBreaksBeforeTheCommitLeavesNoTrace(Phase broken) {
        lab.gate = phase -> breakAt(phase, broken);

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.INTERNAL);
        lab.assertNoTrace();
    }

    @Test
    void whateverBreaksAfterTheCommitIsABackupAllTheSame() {
        lab.gate = phase -> breakAt(phase, Phase.COMMIT);

        BackupCompleted done = lab.completed(lab.full());

        assertThat(lab.domain.checkpoints).containsOnlyKeys(BackupOrder.checkpointName(done.point()));
        lab.assertNothingRuns();
    }

    private static void breakAt(Phase phase, Phase broken) {
        if (phase == broken) {
            throw new IllegalStateException("planned");
        }
    }

    @Test
    void settledAttemptWithoutCommitIsUndone() {
        StartBackup command = lab.beginAndDie();

        lab.service.settle(command, lab.attempt(), lab.events::add);

        assertThat(((BackupFailed) lab.events.getLast()).reason()).isEqualTo(FailureReason.AGENT_RESTARTED);
        lab.assertNoTrace();
    }

    @Test
    void settledAttemptThatCommittedIsCompletedAndKeepsItsCheckpoint() {
        StartBackup command = lab.full();
        BackupCompleted done = lab.completed(command);

        lab.service.settle(command, lab.attempt(), lab.events::add);

        var again = (BackupCompleted) lab.events.getLast();
        assertThat(again.commitDigest()).isEqualTo(done.commitDigest());
        assertThat(again.takenAt()).isEqualTo(done.takenAt());
        assertThat(again.disks()).extracting(DiskResult::epochBegun).containsExactly(true, false);
        assertThat(lab.domain.checkpoints).hasSize(1);
    }

    @Test
    void settledAttemptIsKeptWhileTheRepositoryIsAway() {
        StartBackup command = lab.beginAndDie();
        lab.repository.failAt(FailingRepository.Step.CLOSE_ATTEMPT, () -> new RepositoryUnavailable("away", null));

        lab.service.settle(command, lab.attempt(), lab.events::add);

        var failed = (BackupFailed) lab.events.getLast();
        assertThat(failed.reason()).isEqualTo(FailureReason.REPOSITORY_UNAVAILABLE);
        assertThat(failed.detail()).contains("checkpoint is kept", "away");
        assertThat(lab.domain.checkpoints).hasSize(1);
        lab.assertNothingRuns();
    }

    @Test
    void sweepEndsOurJobsAndThawsAndLeavesForeignOnes() throws IOException {
        lab.beginAndDie();
        Path leftover = lab.leaveScratchFile(new RestorePointId(new UUID(3, 77)));
        ScriptedDomain other = lab.addDomain("other");
        other.job = new DomainJob.Foreign("dump");

        lab.service.sweep();

        lab.assertNothingRuns();
        assertThat(other.job).isEqualTo(new DomainJob.Foreign("dump"));
        assertThat(leftover).doesNotExist();
    }

    @Test
    void sweepLeavesScratchFilesOfOthers() throws IOException {
        Path ours = lab.leaveScratchFile(new RestorePointId(new UUID(3, 77)));
        Path foreign = Files.createFile(ours.resolveSibling("snapshot-vda.qcow2"));

        lab.service.sweep();

        assertThat(ours).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void domainThatCannotBeLookedAtHoldsUpNoOtherAndKeepsTheScratchFiles() throws IOException {
        lab.beginAndDie();
        lab.addDomain("a");
        Path leftover = lab.leaveScratchFile(new RestorePointId(new UUID(3, 77)));
        lab.hypervisor.failNext("job", new DomainBusy("busy"));

        lab.service.sweep();

        lab.assertNothingRuns();
        assertThat(leftover).exists();
    }

    @Test
    void sweepThrowsNothingThatWouldEndItsTimer() {
        lab.hypervisor.atNext("job", () -> {
            throw new IllegalStateException("planned");
        });

        lab.service.sweep();

        assertThat(lab.hypervisor.calls).contains("job");
    }

    @Test
    void errorEndsTheAttemptLikeAnyFailure() {
        lab.gate = phase -> {
            if (phase == Phase.READ) {
                throw new OutOfMemoryError("planned");
            }
        };

        assertThat(lab.failed(lab.full()).reason()).isEqualTo(FailureReason.INTERNAL);
        lab.assertNoTrace();
    }

    @Test
    void unexpectedFailureOfTheEndLetsGoOfTheGuard() {
        lab.hypervisor.atNext("abort", () -> {
            throw new IllegalStateException("planned");
        });

        lab.completed(lab.full());

        assertThat(lab.guards.said).endsWith("close").doesNotContain("done");
    }

    @Test
    void checkpointThatCouldNotBeDeletedIsDeletedByTheNextSweep() {
        lab.gate = phase -> breakAt(phase, Phase.READ);
        StartBackup command = lab.full();
        lab.hypervisor.failNext(
                "delete " + BackupOrder.checkpointName(command.point()), new HypervisorUnavailable("gone"));
        lab.failed(command);
        assertThat(lab.domain.checkpoints).hasSize(1);

        lab.service.sweep();

        assertThat(lab.domain.checkpoints).isEmpty();
    }

    @Test
    void absentCheckpointCountsAsRetiredAndOneThatStaysDoesNot() {
        BackupCompleted full = lab.completed(lab.full());
        var absent = new RestorePointId(new UUID(3, 99));
        lab.hypervisor.failNext("delete " + BackupOrder.checkpointName(full.point()), new DomainBusy("busy"));

        lab.service.retire(
                new RetireCheckpoints(full.vm(), lab.domain.uuid, List.of(full.point(), absent)), lab.events::add);

        assertThat(lab.events.getLast()).isEqualTo(new CheckpointsRetired(full.vm(), List.of(absent)));
    }

    @Test
    void startIsReportedOnceWithTheLevelsDecided() {
        lab.completed(lab.full());

        assertThat(lab.events)
                .filteredOn(BackupStarted.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((BackupStarted) event).disks())
                        .extracting(disk -> String.valueOf(disk.reason()))
                        .containsExactly("FIRST_BACKUP", "TRACKING_UNSUPPORTED"));
    }
}
