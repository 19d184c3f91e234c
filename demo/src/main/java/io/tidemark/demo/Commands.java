package io.tidemark.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Programs of the machine, run to their end.
final class Commands {
    /// A program that runs longer is killed. A download is the longest that is run here.
    private static final int LIMIT_SECONDS = 300;

    private Commands() {}

    /// Runs in the folder and returns what the program printed; an exit other than 0 is an error that quotes it.
    static String run(Path folder, List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    command.getFirst() + ": expected a program on the PATH and a folder " + folder + ", found "
                            + e.getMessage(),
                    e);
        }
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(
                        String.join(" ", command) + ": expected exit 0, found " + exit + ": " + text.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + ": interrupted", e);
        }
        return text;
    }
}
