package io.tidemark.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuardTest {
    private static final String WATCH = "watch 6a1f0f2e-0000-4000-8000-000000000001 1000000";

    private final RecordingDomain domain = new RecordingDomain();
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    @Test
    void closedPipeThawsAbortsAndResumesInThatOrder() throws InterruptedException {
        say(WATCH, "frozen 500000");
        lines.add(Optional.empty());

        guard().run(lines);

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void agentThatIsDoneLeavesTheDomainAlone() throws InterruptedException {
        say(WATCH, "frozen 500000", "job 5000", "renew 1000000", "done");

        guard().run(lines);

        assertThat(domain.calls).isEmpty();
    }

    @Test
    void endedThawDeadlineStepsInWhileThePipeIsOpen() throws InterruptedException {
        say(WATCH, "frozen 0");

        guard().run(lines);

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void usedUpScratchStepsIn() throws InterruptedException {
        domain.scratchUsed = 5000;
        say(WATCH, "job 5000");

        guard().run(lines);

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    @Test
    void failedThawIsTriedAgainAndTheAbortIsNotHeldUp() throws InterruptedException {
        domain.thawsToFail = 1;
        say(WATCH);
        lines.add(Optional.empty());

        guard().run(lines);

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume", "thaw", "abort", "resume");
    }

    @Test
    void unreadableLineCountsAsAnAgentThatIsGone() throws InterruptedException {
        say(WATCH, "frozen soon");

        guard().run(lines);

        assertThat(domain.calls).containsExactly("thaw", "abort", "resume");
    }

    private void say(String... said) {
        List.of(said).forEach(line -> lines.add(Optional.of(line)));
    }

    private Guard guard() {
        return new Guard(_ -> domain, () -> 7, _ -> {});
    }

    private static final class RecordingDomain implements GuardedDomain {
        final List<String> calls = new ArrayList<>();
        long scratchUsed;
        int thawsToFail;

        @Override
        public void thaw() {
            calls.add("thaw");
            if (thawsToFail-- > 0) {
                throw new IllegalStateException("planned");
            }
        }

        @Override
        public void abortOurJob() {
            calls.add("abort");
        }

        @Override
        public void resumeIfPausedForSpace() {
            calls.add("resume");
        }

        @Override
        public long scratchUsedBytes() {
            return scratchUsed;
        }

        @Override
        public boolean isPausedForSpace() {
            return false;
        }
    }
}
