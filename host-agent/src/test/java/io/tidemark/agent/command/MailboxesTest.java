package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxesTest {
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> handled = new ArrayList<>();
    private final Mailboxes<String> mailboxes = new Mailboxes<>(2, 3, threads::add);

    @Test
    void lettersOfOneMailboxAreHandledOneAfterAnother() {
        mailboxes.offer("web", letter("web 1"));
        mailboxes.offer("web", letter("web 2"));
        assertThat(threads).hasSize(1);

        threads.remove().run();
        assertThat(handled).containsExactly("web 1");
        threads.remove().run();
        assertThat(handled).containsExactly("web 1", "web 2");
    }

    @Test
    void onlySoManyAreHandledAtOnceAcrossAllMailboxes() {
        mailboxes.offer("a", letter("a"));
        mailboxes.offer("b", letter("b"));
        mailboxes.offer("c", letter("c"));

        assertThat(threads).hasSize(2);
        assertThat(mailboxes.freeSlots()).isZero();
        threads.remove().run();
        assertThat(threads).hasSize(2);
    }

    @Test
    void mailboxesTakeTurns() {
        mailboxes.offer("a", letter("a 1"));
        mailboxes.offer("b", letter("b 1"));
        mailboxes.offer("a", letter("a 2"));
        mailboxes.offer("c", letter("c 1"));
        threads.remove().run();
        threads.remove().run();

        threads.remove().run();
        assertThat(handled).containsExactly("a 1", "b 1", "c 1");
    }

    @Test
    void aLetterBeyondTheLimitIsNotTaken() {
        Mailboxes<String> small = new Mailboxes<>(1, 1, threads::add);
        small.offer("web", letter("runs"));
        small.offer("web", letter("waits"));

        assertThat(small.offer("other", letter("too many"))).isFalse();
        threads.remove().run();
        assertThat(small.offer("other", letter("fits"))).isTrue();
    }

    @Test
    void aWaitingLetterCanBeTakenBackAndARunningOneCannot() {
        Runnable running = letter("running");
        Runnable waiting = letter("waiting");
        mailboxes.offer("web", running);
        mailboxes.offer("web", waiting);

        assertThat(mailboxes.withdraw("web", running)).isFalse();
        assertThat(mailboxes.withdraw("web", waiting)).isTrue();
        assertThat(mailboxes.withdraw("web", waiting)).isFalse();
        threads.remove().run();
        assertThat(threads).isEmpty();
    }

    @Test
    void aLetterThatThrowsDoesNotHoldItsMailbox() {
        mailboxes.offer("web", () -> {
            throw new IllegalStateException("broken");
        });
        mailboxes.offer("web", letter("next"));

        try {
            threads.remove().run();
        } catch (IllegalStateException expected) {
            threads.remove().run();
        }

        assertThat(handled).containsExactly("next");
        assertThat(mailboxes.freeSlots()).isEqualTo(2);
    }

    @Test
    void afterTheCloseNothingMoreIsBegun() throws InterruptedException {
        mailboxes.offer("web", letter("begun"));
        mailboxes.offer("web", letter("never"));
        mailboxes.close();
        assertThat(mailboxes.awaitIdle(0)).isFalse();

        threads.remove().run();
        assertThat(threads).isEmpty();
        assertThat(mailboxes.awaitIdle(0)).isTrue();
    }

    private Runnable letter(String name) {
        return () -> handled.add(name);
    }
}
