package io.tidemark.demo.tour;

import java.io.PrintStream;
import java.util.Locale;

/// What a person sees while the demo works: one line a step, with the seconds since the start.
final class Progress {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String text) {
        out.printf(Locale.ROOT, "[%5.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, text);
        out.flush();
    }
}
