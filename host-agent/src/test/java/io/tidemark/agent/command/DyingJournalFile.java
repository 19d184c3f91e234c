package io.tidemark.agent.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/// A file in memory whose process dies in one of its writes, after some of that write's bytes.
final class DyingJournalFile implements JournalFile {
    private final int fatalWrite;
    private final int bytesOfFatalWrite;
    private byte[] content = new byte[0];
    private byte[] staged = new byte[0];
    private int writes;

    DyingJournalFile(int fatalWrite, int bytesOfFatalWrite) {
        this.fatalWrite = fatalWrite;
        this.bytesOfFatalWrite = bytesOfFatalWrite;
    }

    int writes() {
        return writes;
    }

    @Override
    public byte[] read() {
        return content.clone();
    }

    @Override
    public void append(byte[] bytes) throws IOException {
        boolean dies = ++writes == fatalWrite;
        ByteArrayOutputStream grown = new ByteArrayOutputStream();
        grown.writeBytes(content);
        grown.writeBytes(dies ? Arrays.copyOf(bytes, Math.min(bytes.length, bytesOfFatalWrite)) : bytes);
        content = grown.toByteArray();
        dieIf(dies);
    }

    @Override
    public void stageReplacement(byte[] bytes) throws IOException {
        boolean dies = ++writes == fatalWrite;
        staged = dies ? Arrays.copyOf(bytes, Math.min(bytes.length, bytesOfFatalWrite)) : bytes.clone();
        dieIf(dies);
    }

    /// Dies before the rename for 0 bytes, else after it.
    @Override
    public void adoptReplacement() throws IOException {
        boolean dies = ++writes == fatalWrite;
        if (!dies || bytesOfFatalWrite > 0) {
            content = staged.clone();
        }
        dieIf(dies);
    }

    private static void dieIf(boolean dies) throws IOException {
        if (dies) {
            throw new IOException("the process died here");
        }
    }
}
