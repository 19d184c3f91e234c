package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Differentials: increments that leave the full's bitmap the newest one.
class DifferentialTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private BackupLab lab;
    private BackupCompleted full;

    @BeforeEach
    void backUpFull() {
        lab = new BackupLab(folder);
        full = lab.completed(lab.full());
        lab.domain.write("vda", 200_000, 70_000, 9);
    }

    @AfterEach
    void close() {
        lab.service.close();
    }

    @Test
    void differentialsAndTheNextIncrementAllBuildOnTheFull() {
        BackupCompleted first = lab.completed(lab.differential(full));
        lab.assertBytes(first);
        assertCheckpoints(full);
        lab.domain.write("vda", 2_000_000, 10, 8);
        BackupCompleted second = lab.completed(lab.differential(full));
        lab.assertBytes(second);
        assertCheckpoints(full);
        lab.domain.write("vda", 1_000_000, 10, 7);
        BackupCompleted increment = lab.completed(lab.increment(full));
        lab.assertBytes(increment);

        assertThat(List.of(first, second))
                .extracting(done -> done.disks().getFirst().reason())
                .containsOnly(Reason.DIFFERENTIAL);
        assertThat(List.of(first, second, increment))
                .extracting(done -> done.disks().getFirst().dirtyBytes())
                .containsExactly(2L << 16, 3L << 16, 4L << 16);
        assertCheckpoints(full, increment);
        lab.assertNothingRuns();
    }

    @Test
    void domainThatIsOffIsNotWrittenTo() {
        lab.domain.turnOff();
        BackupCompleted differential = lab.completed(lab.differential(full));
        lab.assertBytes(differential);
        lab.domain.turnOn();
        lab.domain.write("vda", 2_000_000, 10, 8);

        BackupCompleted next = lab.completed(lab.differential(full));

        lab.assertBytes(next);
        assertThat(List.of(differential, next))
                .extracting(done -> done.disks().getFirst().dirtyBytes())
                .containsExactly(2L << 16, 3L << 16);
        assertCheckpoints(full);
    }

    @Test
    void oneThatFindsNoBitmapIsAFullWhoseEpochsBegin() {
        lab.domain.breakBitmap(full.point(), "vda", BitmapState.MISSING);

        BackupCompleted instead = lab.completed(lab.differential(full));

        lab.assertBytes(instead);
        assertThat(instead.disks().getFirst().reason()).isEqualTo(Reason.BITMAP_MISSING);
        assertThat(instead.disks()).extracting(DiskResult::epochBegun).containsExactly(true, false);
        assertCheckpoints(full, instead);
    }

    @Test
    void oneWhoseBitmapBreaksAsTheJobBeginsIsAFullWhoseEpochsBegin() {
        lab.hypervisor.failNext("begin", new CheckpointBroken("gone"));

        BackupCompleted instead = lab.completed(lab.differential(full));

        lab.assertBytes(instead);
        assertThat(instead.disks().getFirst().reason()).isEqualTo(Reason.BITMAP_INCONSISTENT);
        assertCheckpoints(full, instead);
    }

    /// The moment is taken when it is found out, and no bitmap can begin with it any more.
    @Test
    void oneWhoseBaseTurnsOutWrongIsFullAndBeginsNoEpoch() {
        lab.domain.writePastBitmaps("vda", 0, 3, 8);

        BackupCompleted instead = lab.completed(lab.differential(full));

        lab.assertBytes(instead);
        assertThat(instead.disks().getFirst().level()).isEqualTo(Level.FULL);
        assertThat(instead.disks().getFirst().reason()).isEqualTo(Reason.SAMPLE_MISMATCH);
        assertThat(instead.disks()).extracting(DiskResult::epochBegun).containsOnly(false);
        assertCheckpoints(full);
    }

    @Test
    void commandThatComesAgainIsAnsweredWithTheSame() {
        StartBackup command = lab.differential(full);
        BackupCompleted done = lab.completed(command);

        BackupCompleted again = lab.completed(command);

        assertThat(again.commitDigest()).isEqualTo(done.commitDigest());
        assertThat(again.disks().getFirst().reason()).isEqualTo(Reason.DIFFERENTIAL);
        assertThat(again.disks()).extracting(DiskResult::epochBegun).containsOnly(false);
        assertCheckpoints(full);
    }

    @Test
    void oneThatFailsLeavesTheFullsBitmapToTheNext() {
        lab.gate = phase -> {
            if (phase == PhaseGate.Phase.PACK) {
                throw new BackupFailure(FailureReason.INTERNAL, "on purpose");
            }
        };
        lab.failed(lab.differential(full));
        assertCheckpoints(full);
        lab.gate = PhaseGate.OPEN;
        lab.events.clear();

        BackupCompleted next = lab.completed(lab.differential(full));

        lab.assertBytes(next);
        assertThat(next.disks().getFirst().level()).isEqualTo(Level.INCREMENTAL);
        assertCheckpoints(full);
    }

    private void assertCheckpoints(BackupCompleted... points) {
        assertThat(lab.domain.checkpoints.keySet())
                .containsExactlyInAnyOrderElementsOf(List.of(points).stream()
                        .map(done -> BackupOrder.checkpointName(done.point()))
                        .toList());
    }
}
