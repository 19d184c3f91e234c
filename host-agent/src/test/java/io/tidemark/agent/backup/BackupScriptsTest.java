package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.script.HostScripts;
import io.tidemark.agent.script.ScriptOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked of guest and host around the moment, in which order, whatever breaks.
@Timeout(30)
class BackupScriptsTest {
    private static final ScriptSetId SET = new ScriptSetId("orders-db");
    private static final List<String> AROUND =
            List.of("pre-freeze", "freeze", "begin", "thaw", "post-thaw taken", "post-thaw failed", "kill");

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

    private StartBackup scripted() {
        return BackupLab.with(lab.full(), new Quiescing(true, null, SET));
    }

    private StartBackup chosen(String... mountpoints) {
        return BackupLab.with(lab.full(), new Quiescing(true, List.of(mountpoints), null));
    }

    private List<String> around() {
        return lab.hypervisor.calls.stream().filter(AROUND::contains).toList();
    }

    @Test
    void scriptsAreRunAroundFreezeAndThaw() {
        StartBackup command = scripted();

        BackupCompleted done = lab.completed(command);

        assertThat(around()).containsExactly("pre-freeze", "freeze", "begin", "thaw", "post-thaw taken");
        assertThat(lab.scripts.orders).containsExactly(new ScriptOrder(SET, command.domain(), "vm", command.point()));
        assertThat(done.consistency()).isEqualTo(Consistency.FILESYSTEM);
        assertThat(done.notices()).isNull();
    }

    @Test
    void scriptsThatCannotBeRunFailTheBackupBeforeTheGuestIsTouched() {
        var none = new HostScripts(Optional.empty(), folder.resolve("due"), Duration.ofSeconds(5));
        lab.scripts.refusal = () -> none.preFreeze(
                new ScriptOrder(SET, lab.domain.uuid, "vm", lab.full().point()), _ -> {});

        BackupFailed failed = lab.failed(scripted());

        assertThat(failed.reason()).isEqualTo(FailureReason.SCRIPT_FAILED);
        assertThat(failed.detail()).contains("tidemark.scripts.folder", "orders-db", "unset");
        assertThat(around()).isEmpty();
        assertThat(lab.guards.said).isEmpty();
        lab.assertNoTrace();
    }

    @Test
    void whatFailsWithPreFreezeIsFollowedByPostThawOnly() {
        lab.scripts.preFreeze = () -> {
            throw new IllegalStateException("planned");
        };

        lab.failed(scripted());

        assertThat(around()).containsExactly("pre-freeze", "post-thaw failed");
        assertThat(lab.guards.said).isEmpty();
        lab.assertNoTrace();
    }

    @Test
    void cancelKillsPreFreezeAndNothingIsFrozen() {
        lab.scripts.preFreeze = () -> lab.cancelled.complete("cancel");

        BackupFailed failed = lab.failed(scripted());

        assertThat(failed.reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(around()).containsExactly("pre-freeze", "kill", "post-thaw failed");
        lab.assertNoTrace();
    }

    /// A script may take its time, and what was known before it is old then.
    @Test
    void bitmapsAreBelievedAsTheyAreAfterPreFreeze() {
        BackupCompleted parent = lab.completed(lab.full());
        String checkpoint = BackupOrder.checkpointName(parent.point());
        lab.scripts.preFreeze =
                () -> lab.doubts.doubt(lab.domain.uuid, "vda", Set.of(checkpoint), Reason.REVERTED_OR_RESTORED);

        BackupCompleted done = lab.completed(BackupLab.with(lab.increment(parent), new Quiescing(true, null, SET)));

        assertThat(done.disks().getFirst().level()).isEqualTo(Level.FULL);
        assertThat(done.disks().getFirst().reason()).isEqualTo(Reason.REVERTED_OR_RESTORED);
    }

    @Test
    void aDomainThatIsStoppedDuringPreFreezeIsForAnotherTry() {
        lab.scripts.preFreeze = () -> lab.domain.turnOff();

        BackupFailed failed = lab.failed(scripted());

        assertThat(failed.reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertThat(around()).containsExactly("pre-freeze", "post-thaw failed");
    }

    @Test
    void aMissingGuardIsFollowedByPostThaw() {
        lab.guards.isMissing = true;

        lab.failed(scripted());

        assertThat(around()).containsExactly("pre-freeze", "post-thaw failed");
    }

    @ParameterizedTest
    @EnumSource(names = {"FREEZE", "BEGIN"})
    void postThawIsRunOnceAfterTheThawThoughTheMomentFails(Phase broken) {
        lab.gate = phase -> {
            if (phase == broken) {
                throw new IllegalStateException("planned");
            }
        };

        lab.failed(scripted());

        assertThat(around()).startsWith("pre-freeze", "freeze").endsWith("thaw", "post-thaw failed");
        assertThat(around()).filteredOn(call -> call.startsWith("post-thaw")).hasSize(1);
        lab.assertNoTrace();
    }

    @ParameterizedTest
    @ValueSource(strings = {"freeze", "begin", "thaw"})
    void postThawIsRunThoughTheHypervisorGoesAway(String call) {
        lab.hypervisor.failNext(call, new HypervisorUnavailable("gone"));

        lab.failed(scripted());

        assertThat(around()).endsWith("post-thaw failed").contains("thaw");
        assertThat(lab.scripts.due).isEmpty();
    }

    @Test
    void postThawIsRunThoughTheGuestIsLeftToTheGuard() {
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));
        lab.hypervisor.failNext("thaw", new RequestRefused("agent gone"));

        lab.failed(scripted());

        assertThat(around()).endsWith("post-thaw failed");
        assertThat(lab.guards.said).endsWith("close").doesNotContain("done");
    }

    @Test
    void postThawWasRunWhenTheCopyFails() {
        lab.repository.failAt(FailingRepository.Step.COMMIT, () -> new RepositoryFull("no room", null));

        lab.failed(scripted());

        assertThat(around()).containsExactly("pre-freeze", "freeze", "begin", "thaw", "post-thaw taken");
    }

    @Test
    void postThawThatFailsIsNoticed() {
        lab.scripts.isPostThawBroken = true;

        BackupCompleted done = lab.completed(scripted());

        assertThat(done.notices()).containsExactly(Notice.POST_THAW_FAILED);
        assertThat(done.consistency()).isEqualTo(Consistency.FILESYSTEM);
    }

    @ParameterizedTest
    @EnumSource(names = {"PAUSED", "OFF"})
    void scriptsOfAGuestThatDoesNotRunAreNotRunAndThatIsNoticed(VmState state) {
        lab.domain.state = state;

        BackupCompleted done = lab.completed(BackupLab.with(lab.full(), new Quiescing(true, List.of("/"), SET)));

        assertThat(around()).doesNotContain("pre-freeze", "freeze", "post-thaw taken");
        assertThat(done.notices()).containsExactly(Notice.MOUNTPOINTS_NOT_FROZEN, Notice.SCRIPTS_NOT_RUN);
        assertThat(done.frozenMountpoints()).isNull();
    }

    @Test
    void scriptsOfAnEarlierProcessAreEndedWhenItsAttemptIsSettled() {
        StartBackup command = BackupLab.with(lab.beginAndDie(), new Quiescing(true, null, SET));
        lab.scripts.due.add(command.point());
        lab.hypervisor.calls.clear();

        lab.service.settle(command, lab.attempt(), lab.events::add);

        assertThat(lab.hypervisor.calls).containsSubsequence("abort", "thaw", "post-thaw interrupted");
        assertThat(((BackupFailed) lab.events.getLast()).reason()).isEqualTo(FailureReason.AGENT_RESTARTED);
    }

    @Test
    void scriptsThatNobodyAsksForAreEndedByTheSweepAndThoseOfRunningAttemptsLeft() {
        StartBackup command = scripted();
        lab.scripts.due.add(lab.full().point());
        lab.gate = phase -> {
            if (phase == Phase.BEGIN) {
                lab.service.sweep();
            }
        };

        lab.completed(command);

        assertThat(lab.hypervisor.calls)
                .filteredOn(call -> call.startsWith("post-thaw"))
                .containsExactly("post-thaw interrupted", "post-thaw taken");
    }

    @Test
    void sweepEndsScriptsThoughTheHypervisorIsAway() {
        lab.scripts.due.add(lab.full().point());
        lab.hypervisor.failNext("domains", new HypervisorUnavailable("gone"));

        lab.service.sweep();

        assertThat(lab.scripts.due).isEmpty();
    }

    @Test
    void chosenMountpointsThatWereFrozenAreNamedAndThePointStaysCrashConsistent() {
        lab.domain.mounted = List.of("/", "/srv", "/var");

        BackupCompleted done = lab.completed(chosen("/srv", "/var"));

        assertThat(lab.domain.frozenCount).isEqualTo(2);
        assertThat(done.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(done.frozenMountpoints()).containsExactly("/srv", "/var");
        assertThat(done.notices()).isNull();
        assertThat(done.freezeMillis()).isPositive();
    }

    @Test
    void fewerThanWereChosenAreNotSaidToBeFrozen() {
        lab.domain.mounted = List.of("/", "/srv");

        BackupCompleted done = lab.completed(chosen("/srv", "/var"));

        assertThat(lab.domain.frozenCount).isEqualTo(1);
        assertThat(done.frozenMountpoints()).isNull();
        assertThat(done.notices()).containsExactly(Notice.MOUNTPOINTS_NOT_FROZEN);
    }

    /// The guest's own hook may have begun, so it is thawed at once.
    @Test
    void mountpointsThatTheGuestLacksHoldNothingAndAreThawedBeforeTheBegin() {
        BackupCompleted done = lab.completed(chosen("/srv"));

        assertThat(around()).containsExactly("freeze", "thaw", "begin");
        assertThat(done.freezeMillis()).isZero();
        assertThat(done.notices()).containsExactly(Notice.MOUNTPOINTS_NOT_FROZEN);
        assertThat(lab.guards.said).containsExactly("start", "frozen 5000", "job", "done", "close");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void fewerThawedThanFrozenProveNothing(int left) {
        lab.domain.mounted = List.of("/", "/srv");
        lab.hypervisor.atNext("begin", () -> lab.domain.frozenCount = left);
        lab.hypervisor.atNext("begin", () -> lab.domain.frozenCount = left);

        BackupCompleted some = lab.completed(chosen("/", "/srv"));
        BackupCompleted all = lab.completed(lab.full());

        assertThat(some.notices()).containsExactly(Notice.MOUNTPOINTS_NOT_FROZEN);
        assertThat(all.consistency()).isEqualTo(Consistency.CRASH);
    }

    @Test
    void chosenMountpointsOfAGuestWithoutAgentAreNoticed() {
        lab.domain.mounted = List.of();

        assertThat(lab.completed(chosen("/")).notices()).containsExactly(Notice.MOUNTPOINTS_NOT_FROZEN);
    }
}
