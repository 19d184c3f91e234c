package io.tidemark.agent.guard;

import static io.tidemark.agent.guard.GuestPause.NONE;
import static io.tidemark.agent.guard.GuestPause.NOT_OURS;
import static io.tidemark.agent.guard.GuestPause.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.guard.GuardDecider.Decision;
import io.tidemark.agent.guard.GuardEvent.AgentDone;
import io.tidemark.agent.guard.GuardEvent.FreezeBegun;
import io.tidemark.agent.guard.GuardEvent.JobBegun;
import io.tidemark.agent.guard.GuardEvent.JobSeen;
import io.tidemark.agent.guard.GuardEvent.LeaseRenewed;
import io.tidemark.agent.guard.GuardEvent.PauseBegun;
import io.tidemark.agent.guard.GuardEvent.PauseEnded;
import io.tidemark.agent.guard.GuardEvent.PipeClosed;
import io.tidemark.agent.guard.GuardEvent.Ticked;
import io.tidemark.agent.guard.GuardEvent.Watched;
import io.tidemark.agent.guard.GuardState.Ended;
import io.tidemark.agent.guard.GuardState.Frozen;
import io.tidemark.agent.guard.GuardState.Idle;
import io.tidemark.agent.guard.GuardState.JobLimits;
import io.tidemark.agent.guard.GuardState.JobRunning;
import io.tidemark.agent.guard.GuardState.Suspended;
import io.tidemark.agent.guard.GuardState.Watching;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// All pairs of the guard's states and events. The lease ends at 100, the freeze at 50, a pause at 40, scratch at
/// 1000 bytes.
class GuardDeciderTest {
    private static final GuardState IDLE = new Idle();
    private static final GuardState WATCHING = new Watching(100, UNKNOWN);
    private static final GuardState FROZEN = new Frozen(100, 50, NONE);
    private static final GuardState SUSPENDED = new Suspended(100, null, 40, NONE);
    private static final GuardState FROZEN_AND_SUSPENDED = new Suspended(100, 50L, 40, NONE);
    private static final GuardState JOB = job(100, false, NONE);
    private static final GuardState ENDED = new Ended();
    private static final List<GuardAction> NOTHING = List.of();
    private static final List<GuardAction> ALL =
            List.of(GuardAction.THAW, GuardAction.ABORT_OUR_JOB, GuardAction.RESUME_IF_PAUSED_FOR_SPACE);
    private static final List<GuardAction> RUN_ON = List.of(GuardAction.RESUME_IF_SUSPENDED);
    private static final List<GuardAction> RUN_ON_AND_THAW = List.of(GuardAction.RESUME_IF_SUSPENDED, GuardAction.THAW);
    private static final List<GuardAction> NO_THAW =
            List.of(GuardAction.ABORT_OUR_JOB, GuardAction.RESUME_IF_PAUSED_FOR_SPACE);

    private static GuardState job(long leaseEnds, boolean mayBeFrozen, GuestPause pause) {
        return new JobRunning(new JobLimits(leaseEnds, 1000), mayBeFrozen, pause);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void eachPairHasItsDecision(GuardState state, GuardEvent event, GuardState next, List<GuardAction> actions) {
        assertThat(GuardDecider.decide(state, event)).isEqualTo(new Decision(next, actions));
    }

    static Stream<Arguments> pairs() {
        return Stream.of(idle(), watching(), frozen(), suspended(), job(), pausedBefore(), ended())
                .flatMap(pairs -> pairs);
    }

    private static Stream<Arguments> idle() {
        return Stream.of(
                Arguments.of(IDLE, new Watched(200), new Watching(200, UNKNOWN), NOTHING),
                Arguments.of(IDLE, new FreezeBegun(60), IDLE, NOTHING),
                Arguments.of(IDLE, new PauseBegun(60), IDLE, NOTHING),
                Arguments.of(IDLE, new PauseEnded(), IDLE, NOTHING),
                Arguments.of(IDLE, new JobBegun(5, false), IDLE, NOTHING),
                Arguments.of(IDLE, new LeaseRenewed(200), IDLE, NOTHING),
                Arguments.of(IDLE, new Ticked(1_000_000), IDLE, NOTHING),
                Arguments.of(IDLE, new JobSeen(9999, true), IDLE, NOTHING),
                Arguments.of(IDLE, new AgentDone(), ENDED, NOTHING),
                Arguments.of(IDLE, new PipeClosed(), ENDED, NOTHING));
    }

    /// A freeze that is on now is not ours.
    private static Stream<Arguments> watching() {
        return Stream.of(
                Arguments.of(WATCHING, new Watched(200), new Watching(200, UNKNOWN), NOTHING),
                Arguments.of(WATCHING, new FreezeBegun(60), new Frozen(100, 60, UNKNOWN), NOTHING),
                Arguments.of(WATCHING, new PauseBegun(60), new Suspended(100, null, 60, UNKNOWN), NOTHING),
                Arguments.of(WATCHING, new PauseEnded(), WATCHING, NOTHING),
                Arguments.of(WATCHING, new JobBegun(1000, false), job(100, false, UNKNOWN), NOTHING),
                Arguments.of(WATCHING, new LeaseRenewed(200), new Watching(200, UNKNOWN), NOTHING),
                Arguments.of(WATCHING, new Ticked(99), WATCHING, NOTHING),
                Arguments.of(WATCHING, new Ticked(100), ENDED, NOTHING),
                Arguments.of(WATCHING, new JobSeen(0, true), new Watching(100, NOT_OURS), NOTHING),
                Arguments.of(WATCHING, new JobSeen(0, false), new Watching(100, NONE), NOTHING),
                Arguments.of(WATCHING, new AgentDone(), ENDED, NOTHING),
                Arguments.of(WATCHING, new PipeClosed(), ENDED, NOTHING));
    }

    private static Stream<Arguments> frozen() {
        return Stream.of(
                Arguments.of(FROZEN, new Watched(200), FROZEN, NOTHING),
                Arguments.of(FROZEN, new FreezeBegun(60), FROZEN, NOTHING),
                Arguments.of(FROZEN, new PauseBegun(60), new Suspended(100, 50L, 60, NONE), NOTHING),
                Arguments.of(FROZEN, new PauseEnded(), FROZEN, NOTHING),
                Arguments.of(FROZEN, new JobBegun(1000, false), JOB, NOTHING),
                Arguments.of(FROZEN, new JobBegun(1000, true), job(100, true, NONE), NOTHING),
                Arguments.of(FROZEN, new LeaseRenewed(200), new Frozen(200, 50, NONE), NOTHING),
                Arguments.of(FROZEN, new Ticked(49), FROZEN, NOTHING),
                Arguments.of(FROZEN, new Ticked(50), ENDED, ALL),
                Arguments.of(new Frozen(40, 50, NONE), new Ticked(40), ENDED, ALL),
                Arguments.of(FROZEN, new JobSeen(9999, false), FROZEN, NOTHING),
                Arguments.of(FROZEN, new JobSeen(0, true), FROZEN, NOTHING),
                Arguments.of(FROZEN, new JobSeen(1, true), ENDED, ALL),
                Arguments.of(FROZEN, new AgentDone(), ENDED, NOTHING),
                Arguments.of(FROZEN, new PipeClosed(), ENDED, ALL));
    }

    private static Stream<Arguments> suspended() {
        return Stream.of(
                Arguments.of(SUSPENDED, new Watched(200), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new FreezeBegun(60), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new PauseBegun(60), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new PauseEnded(), new Watching(100, NONE), NOTHING),
                Arguments.of(FROZEN_AND_SUSPENDED, new PauseEnded(), FROZEN, NOTHING),
                Arguments.of(SUSPENDED, new JobBegun(5, false), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new LeaseRenewed(200), new Suspended(200, null, 40, NONE), NOTHING),
                Arguments.of(SUSPENDED, new Ticked(39), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new Ticked(40), ENDED, RUN_ON),
                Arguments.of(new Suspended(30, null, 40, NONE), new Ticked(30), ENDED, RUN_ON),
                Arguments.of(new Suspended(100, 35L, 40, NONE), new Ticked(35), ENDED, RUN_ON_AND_THAW),
                Arguments.of(FROZEN_AND_SUSPENDED, new Ticked(40), ENDED, RUN_ON_AND_THAW),
                Arguments.of(SUSPENDED, new JobSeen(0, true), SUSPENDED, NOTHING),
                Arguments.of(SUSPENDED, new AgentDone(), ENDED, NOTHING),
                Arguments.of(SUSPENDED, new PipeClosed(), ENDED, RUN_ON),
                Arguments.of(FROZEN_AND_SUSPENDED, new PipeClosed(), ENDED, RUN_ON_AND_THAW));
    }

    private static Stream<Arguments> job() {
        return Stream.of(
                Arguments.of(JOB, new Watched(200), JOB, NOTHING),
                Arguments.of(JOB, new FreezeBegun(60), JOB, NOTHING),
                Arguments.of(JOB, new PauseBegun(60), JOB, NOTHING),
                Arguments.of(JOB, new PauseEnded(), JOB, NOTHING),
                Arguments.of(JOB, new JobBegun(5, false), JOB, NOTHING),
                Arguments.of(JOB, new LeaseRenewed(200), job(200, false, NONE), NOTHING),
                Arguments.of(JOB, new Ticked(99), JOB, NOTHING),
                Arguments.of(JOB, new Ticked(100), ENDED, NO_THAW),
                Arguments.of(job(100, true, NONE), new Ticked(100), ENDED, ALL),
                Arguments.of(JOB, new JobSeen(999, false), JOB, NOTHING),
                Arguments.of(JOB, new JobSeen(1000, false), ENDED, NO_THAW),
                Arguments.of(JOB, new JobSeen(0, true), ENDED, NO_THAW),
                Arguments.of(JOB, new AgentDone(), ENDED, NOTHING),
                Arguments.of(JOB, new PipeClosed(), ENDED, NO_THAW));
    }

    /// A guest that stood before our job came is neither a sign of full scratch nor ours to resume.
    private static Stream<Arguments> pausedBefore() {
        GuardState stands = job(100, false, NOT_OURS);
        List<GuardAction> abortOnly = List.of(GuardAction.ABORT_OUR_JOB);
        return Stream.of(
                Arguments.of(job(100, false, UNKNOWN), new JobSeen(0, true), stands, NOTHING),
                Arguments.of(job(100, false, UNKNOWN), new JobSeen(1, true), ENDED, NO_THAW),
                Arguments.of(stands, new JobSeen(5, true), stands, NOTHING),
                Arguments.of(stands, new JobSeen(5, false), JOB, NOTHING),
                Arguments.of(stands, new JobSeen(1000, true), ENDED, abortOnly),
                Arguments.of(stands, new PipeClosed(), ENDED, abortOnly),
                Arguments.of(
                        new Frozen(100, 50, NOT_OURS), new JobSeen(9, true), new Frozen(100, 50, NOT_OURS), NOTHING));
    }

    private static Stream<Arguments> ended() {
        return Stream.of(
                        new Watched(200),
                        new FreezeBegun(60),
                        new PauseBegun(60),
                        new PauseEnded(),
                        new JobBegun(5, false),
                        new LeaseRenewed(200),
                        new Ticked(1_000_000),
                        new JobSeen(9999, true),
                        new AgentDone(),
                        new PipeClosed())
                .map(event -> Arguments.of(ENDED, event, ENDED, NOTHING));
    }
}
