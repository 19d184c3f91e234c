package io.tidemark.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the tiny guest says on its serial console, which is a file that only grows. Lines of the kernel's may lie
/// between those of the guest's init.
record GuestConsole(Path file) {
    private static final Pattern DONE = Pattern.compile("(?m)^TM-DONE ([0-9]{1,15})\r?\n");
    private static final Pattern READY = Pattern.compile("(?m)TM-READY\r?\n");
    private static final Pattern FREEZE = Pattern.compile("(?m)^TM-FSFREEZE freeze\r?\n");
    private static final Pattern THAW = Pattern.compile("(?m)^TM-FSFREEZE thaw\r?\n");
    /// How much of the end is searched for the newest record.
    private static final long TAIL_BYTES = 64 * 1024;

    /// Where the next line will begin; a mark for the other methods.
    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /// Whether the guest said since the mark that it has booted.
    boolean isReadySince(long mark) throws IOException {
        return READY.matcher(text(mark)).find();
    }

    /// The newest record that was reported since the mark; 0 if none was.
    long newestSince(long mark) throws IOException {
        Matcher matcher = DONE.matcher(text(Math.max(mark, size() - TAIL_BYTES)));
        long newest = 0;
        while (matcher.find()) {
            newest = Long.parseLong(matcher.group(1));
        }
        return newest;
    }

    /// How often the guest agent has begun to freeze file systems.
    long freezes() throws IOException {
        return FREEZE.matcher(text(0)).results().count();
    }

    /// How often it has thawed them.
    long thaws() throws IOException {
        return THAW.matcher(text(0)).results().count();
    }

    /// The last lines since the mark, for an error's message.
    String tail(long mark) throws IOException {
        String text = text(Math.max(mark, size() - 2000));
        return text.isEmpty() ? "an empty console" : text.strip();
    }

    private String text(long from) throws IOException {
        if (size() <= from) {
            return "";
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(from);
            byte[] bytes = new byte[(int) (in.length() - from)];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
