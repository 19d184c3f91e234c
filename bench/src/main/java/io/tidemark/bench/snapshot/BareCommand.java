package io.tidemark.bench.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A program of the machine as somebody at a terminal would run it.
final class BareCommand {
    private BareCommand() {}

    /// Answers the milliseconds from its start to its end; an exit other than 0 is an [IOException] that quotes it.
    static double millis(Path folder, List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + ": expected exit 0, found " + exit + ": " + said.strip());
        }
        return millis;
    }
}
