package io.tidemark.agent.cli.view;

import java.util.Locale;
import java.util.function.LongSupplier;

/// How far something long is: a bar that moves on a terminal, else a line now and then. One thread.
public final class Progress {
    private static final int BAR_CHARACTERS = 24;
    private static final long LINE_EVERY_MILLIS = 10_000;
    private static final long SECOND_MILLIS = 1000;

    private final Output output;
    private final LongSupplier clockMillis;
    private final long begunMillis;
    /// Not final: when the last line was written, and whether the cursor stands behind a bar.
    private long saidMillis;

    private boolean isOpen;

    /// @param clockMillis never goes back
    public Progress(Output output, LongSupplier clockMillis) {
        this.output = output;
        this.clockMillis = clockMillis;
        this.begunMillis = clockMillis.getAsLong();
        this.saidMillis = begunMillis;
    }

    /// So much of all is done.
    public void at(long doneBytes, long allBytes) {
        long now = clockMillis.getAsLong();
        if (output.isTerminal()) {
            output.rewrite(bar(doneBytes, allBytes) + " " + text(doneBytes, allBytes, now - begunMillis));
            isOpen = true;
        } else if (now - saidMillis >= LINE_EVERY_MILLIS) {
            saidMillis = now;
            output.note(text(doneBytes, allBytes, now - begunMillis));
        }
    }

    /// Takes the bar away.
    public void end() {
        if (isOpen) {
            output.rewrite("");
            isOpen = false;
        }
    }

    private static String bar(long doneBytes, long allBytes) {
        int done = allBytes == 0 ? BAR_CHARACTERS : (int) (BAR_CHARACTERS * (double) doneBytes / allBytes);
        int shown = Math.clamp(done, 0, BAR_CHARACTERS);
        return "[" + "#".repeat(shown) + ".".repeat(BAR_CHARACTERS - shown) + "]";
    }

    static String text(long doneBytes, long allBytes, long elapsedMillis) {
        double bytesPerMilli = elapsedMillis == 0 ? 0 : (double) doneBytes / elapsedMillis;
        long percent = allBytes == 0 ? 100 : (long) (100 * (double) doneBytes / allBytes);
        String left = bytesPerMilli > 0
                ? Amounts.clock((long) ((allBytes - doneBytes) / bytesPerMilli / SECOND_MILLIS)) + " left"
                : "time left unknown";
        return String.format(
                Locale.ROOT,
                "%3d %%  %s of %s  %s/s  %s",
                percent,
                Amounts.bytes(doneBytes),
                Amounts.bytes(allBytes),
                Amounts.bytes((long) (bytesPerMilli * SECOND_MILLIS)),
                left);
    }
}
