package io.tidemark.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.guard.GuardedDomain.Unreachable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuardTest {
    private static final String WATCHED =
            "watch 6a1f0f2e-0000-4000-8000-000000000001" + " 6a1f0f2e-0000-4000-8000-0000000000aa ";
    private static final String WATCH = WATCHED + "1000000";
    private static final String WATCH_FOR_NO_JOB = "watch 6a1f0f2e-0000-4000-8000-000000000001 1000000";

    private final RecordingDomain domain = new RecordingDomain();
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(7);

    @Test
    void closedPipeThawsAbortsAndResumesInThatOrder() throws InterruptedException {
        say(WATCH, "frozen 500000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void agentThatIsGoneBeforeItBeganAnythingLeavesTheDomainAlone() throws InterruptedException {
        say(WATCH);
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).isEmpty();
    }

    @Test
    void agentThatIsDoneLeavesTheDomainAlone() throws InterruptedException {
        say(WATCH, "frozen 500000", "job 5000", "renew 1000000", "done");

        guard().run();

        assertThat(domain.calls).isEmpty();
    }

    @Test
    void endedThawDeadlineStepsInWhileThePipeIsOpen() throws InterruptedException {
        say(WATCH, "frozen 0");

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void usedUpScratchStepsInAndThawsNothing() throws InterruptedException {
        domain.scratchUsed = 5000;
        say(WATCH, "job 5000");

        guard().run();

        assertThat(domain.calls).containsExactly("abort", "resume");
    }

    @Test
    void freezeWhoseEndNobodyKnowsIsThawedAfterTheJobToo() throws InterruptedException {
        say(WATCH, "frozen 500000", "job 5000 unthawed");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void onlyTheFailedThawIsTriedAgainAndTheAbortIsNotHeldUp() throws InterruptedException {
        domain.thawsToFail = 2;
        say(WATCH, "frozen 500000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume", "thaw", "thaw");
    }

    @Test
    void jobThatComesLateIsMetAndTheGuestIsResumedAfterIt() throws InterruptedException {
        domain.plan(() -> false, () -> false);
        say(WATCH, "frozen 500000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume", "abort", "abort", "resume");
    }

    @Test
    void jobThatNeverComesIsAwaitedForAWhileOnly() throws InterruptedException {
        clock.set(0);
        domain.plan(() -> false, () -> clock.addAndGet(44_000) < 0, () -> clock.addAndGet(1_000) < 0);
        say(WATCH, "job 5000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("abort", "resume", "abort", "abort");
    }

    @Test
    void agentThatIsDoneAfterAllEndsTheWaitForItsJob() throws InterruptedException {
        domain.plan(() -> {
            say("done");
            return false;
        });
        say(WATCH, "frozen 0");

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void hypervisorThatIsAwayIsTriedMoreOftenThanOneThatRefuses() throws InterruptedException {
        domain.plan(() -> away(1_000), () -> away(598_000), () -> away(999));
        say(WATCH, "job 5000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("abort", "abort", "abort", "abort", "resume");
    }

    @Test
    void silentAgentIsKilledWhenTheJobCannotBeEnded() throws InterruptedException {
        domain.plan(() -> away(5_000), () -> {
            assertThat(kills).hasValue(1);
            return true;
        });
        say(WATCHED + "1000", "job 5000");
        domain.scratchUsed = 5000;

        guard().run();

        assertThat(kills).hasValue(1);
        assertThat(domain.calls).endsWith("abort", "resume");
    }

    @Test
    void agentThatRenewsIsNotKilled() throws InterruptedException {
        domain.plan(
                () -> {
                    clock.addAndGet(5_000);
                    say("renew 6000");
                    throw new Unreachable("planned", new IllegalStateException());
                },
                () -> away(5_000));
        domain.scratchUsed = 5000;
        say(WATCHED + "6000", "job 5000");

        guard().run();

        assertThat(kills).hasValue(0);
        assertThat(domain.calls).containsExactly("abort", "abort", "abort", "resume");
    }

    @Test
    void agentThatHasClosedItsPipeIsNotKilled() throws InterruptedException {
        domain.plan(() -> away(100_000));
        say(WATCHED + "10", "job 5000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(kills).hasValue(0);
        assertThat(domain.calls).containsExactly("abort", "abort", "resume");
    }

    @Test
    void guestThatStoodBeforeTheJobIsNotResumed() throws InterruptedException {
        domain.isPaused = true;
        say(WATCH, "job 5000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("abort");
    }

    @Test
    void agentThatDiesUnderItsPauseLeavesAGuestThatRunsOnAndIsThawed() throws InterruptedException {
        say(WATCH_FOR_NO_JOB, "frozen 500000", "paused 500000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("run on", "thaw");
    }

    @Test
    void endedPauseDeadlineStepsInWhileThePipeIsOpen() throws InterruptedException {
        say(WATCH_FOR_NO_JOB, "paused 0");

        guard().run();

        assertThat(domain.calls).containsExactly("run on");
    }

    @Test
    void pauseThatComesAfterItsAgentIsGoneIsMet() throws InterruptedException {
        domain.suspensions.addAll(List.of(false, false));
        say(WATCH_FOR_NO_JOB, "paused 500000");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).containsExactly("run on", "run on", "run on");
    }

    /// A person may have paused it since.
    @Test
    void guestThatRanOnIsNotResumedAgain() throws InterruptedException {
        say(WATCH_FOR_NO_JOB, "frozen 500000", "paused 500000", "resumed");
        lines.add(Optional.empty());

        guard().run();

        assertThat(domain.calls).doesNotContain("run on").startsWith("thaw");
    }

    @Test
    void unreadableLineCountsAsAnAgentThatIsGone() throws InterruptedException {
        say(WATCH, "frozen 500000", "job soon");

        guard().run();

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    private boolean away(long millis) {
        clock.addAndGet(millis);
        throw new Unreachable("planned", new IllegalStateException());
    }

    private void say(String... said) {
        List.of(said).forEach(line -> lines.add(Optional.of(line)));
    }

    private Guard guard() {
        return new Guard(_ -> domain, kills::incrementAndGet, lines, clock::get, _ -> {});
    }

    private static final class RecordingDomain implements GuardedDomain {
        final List<String> calls = new ArrayList<>();
        private final Deque<BooleanSupplier> aborts = new ArrayDeque<>();
        /// Whether the next looks find the guest paused by order; those after them do.
        final Deque<Boolean> suspensions = new ArrayDeque<>();
        boolean isPaused;
        long scratchUsed;
        int thawsToFail;

        /// What the next aborts do; those after them find the job and end it.
        final void plan(BooleanSupplier... answers) {
            aborts.addAll(List.of(answers));
        }

        @Override
        public void thaw() {
            calls.add("thaw");
            if (thawsToFail-- > 0) {
                throw new IllegalStateException("planned");
            }
        }

        @Override
        public boolean abortOurJob() {
            calls.add("abort");
            return aborts.isEmpty() || aborts.pop().getAsBoolean();
        }

        @Override
        public void resumeIfPausedForSpace() {
            calls.add("resume");
        }

        @Override
        public boolean resumeIfSuspended() {
            calls.add("run on");
            return suspensions.isEmpty() || suspensions.pop();
        }

        @Override
        public long scratchUsedBytes() {
            return scratchUsed;
        }

        @Override
        public boolean isPausedForSpace() {
            return isPaused;
        }
    }
}
