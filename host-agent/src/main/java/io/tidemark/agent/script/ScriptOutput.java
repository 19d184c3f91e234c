package io.tidemark.agent.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The last of what a script says, read all the while, so that it never waits for its reader. What it leaves in the
/// background may lose its reader with the script's end, as the JDK closes the pipe then.
final class ScriptOutput {
    private static final int BYTES_MAX = 4096;
    /// What is in the background may hold the pipe open after the script's own end.
    private static final int LAST_WORDS_MILLIS = 500;
    private static final String NOTHING = "nothing";

    private final byte[] kept = new byte[BYTES_MAX];
    private final CountDownLatch ended = new CountDownLatch(1);
    private int length; // guarded by kept
    private boolean isCut; // guarded by kept

    static ScriptOutput of(Process process) {
        var output = new ScriptOutput();
        InputStream pipe = process.getInputStream();
        Thread.ofVirtual().name("script-words").start(() -> output.read(pipe));
        return output;
    }

    private void read(InputStream pipe) {
        byte[] some = new byte[BYTES_MAX];
        try (pipe) {
            for (int count = pipe.read(some); count >= 0; count = pipe.read(some)) {
                keep(some, count);
            }
        } catch (IOException closed) {
            // the process is gone
        } finally {
            ended.countDown();
        }
    }

    private void keep(byte[] some, int count) {
        synchronized (kept) {
            int old = Math.min(length, BYTES_MAX - count);
            isCut |= old < length;
            System.arraycopy(kept, length - old, kept, 0, old);
            System.arraycopy(some, 0, kept, old, count);
            length = old + count;
        }
    }

    /// What was said by now, on one line; waits a little for what is under way.
    String words() {
        try {
            ended.await(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        byte[] copy;
        boolean wasCut;
        synchronized (kept) {
            copy = Arrays.copyOf(kept, length);
            wasCut = isCut;
        }
        String line = new String(copy, StandardCharsets.UTF_8)
                .strip()
                .replaceAll("\\R", " | ")
                .replaceAll("\\p{Cntrl}", "?");
        return line.isEmpty() ? NOTHING : (wasCut ? "... " : "") + line;
    }
}
