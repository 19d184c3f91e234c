package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of the machine, run to their end.
public final class Program {
    /// The longest is a collection that marks 600 million chunks.
    private static final long LIMIT_MINUTES = 60;
    private static final int TAIL_CHARACTERS = 2000;

    private Program() {}

    /// Runs in the folder, with the output in a file there; an exit other than 0 is an error that quotes its end.
    ///
    /// @return the most anonymous memory that the program was seen with, in bytes
    public static long run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try (MemoryPeak peak = MemoryPeak.of(process.pid())) {
            boolean isEnded = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
            if (!isEnded || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": expected exit 0 within " + LIMIT_MINUTES
                        + " minutes, found " + (isEnded ? "exit " + process.exitValue() : "that it still runs") + ": "
                        + tail(output));
            }
            return peak.ownBytes();
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output);
        return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS)).strip();
    }
}
