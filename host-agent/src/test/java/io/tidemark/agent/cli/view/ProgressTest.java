package io.tidemark.agent.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long MIB = 1 << 20;

    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private final AtomicLong millis = new AtomicLong(5_000);

    private Progress progress(boolean isTerminal) {
        PrintStream stream = new PrintStream(notes, true, StandardCharsets.UTF_8);
        return new Progress(new Output(stream, stream, isTerminal), millis::get);
    }

    private String said() {
        return notes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalHasABarThatGoesAway() {
        Progress progress = progress(true);

        millis.addAndGet(2_000);
        progress.at(20 * MIB, 80 * MIB);
        progress.end();

        assertThat(said())
                .isEqualTo("\r[######..................]  25 %  20.0 MiB of 80.0 MiB  10.0 MiB/s  0:06 left\u001b[K"
                        + "\r\u001b[K");
    }

    @Test
    void elsewhereALineComesNowAndThen() {
        Progress progress = progress(false);

        millis.addAndGet(9_999);
        progress.at(10 * MIB, 80 * MIB);
        millis.addAndGet(1);
        progress.at(20 * MIB, 80 * MIB);
        progress.end();

        assertThat(said().lines()).containsExactly(" 25 %  20.0 MiB of 80.0 MiB  2.0 MiB/s  0:30 left");
    }

    @Test
    void nothingToDoIsDone() {
        assertThat(Progress.text(0, 0, 0)).isEqualTo("100 %  0 B of 0 B  0 B/s  time left unknown");
    }
}
