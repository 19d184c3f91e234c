package io.tidemark.demo;

import java.io.IOException;
import java.time.Duration;

/// Waits for what another process does, by asking again and again up to a limit.
final class Waiting {
    private static final int PAUSE_MILLIS = 20;

    /// A question whose answer changes with time.
    interface Question {
        boolean isTrueNow() throws IOException;
    }

    private Waiting() {}

    /// Whether the answer was yes within the limit.
    static boolean until(Duration limit, Question question) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!question.isTrueNow()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting", e);
            }
        }
        return true;
    }
}
