package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/// Signals to processes that the test has started.
final class Signals {
    private Signals() {}

    static void send(String name, long pid) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }
}
