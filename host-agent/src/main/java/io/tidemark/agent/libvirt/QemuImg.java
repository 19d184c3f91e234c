package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs `qemu-img`, for a limited time.
final class QemuImg {
    private static final int SECONDS_MAX = 10;
    /// QEMU, `block/file-posix.c`: "Failed to get shared "write" lock" and its like.
    private static final String LOCK_REFUSED = "Failed to get ";

    private QemuImg() {}

    /// What it printed to standard output.
    static byte[] asked(String... arguments) throws IOException {
        Process process = process(arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return answer(process, arguments);
    }

    /// Has an image written, whose lock is held meanwhile. [DomainBusy] if somebody else holds it,
    /// [RequestRefused] with its words if it fails otherwise.
    static void write(String... arguments) {
        write(Duration.ofSeconds(SECONDS_MAX), arguments);
    }

    /// The same for a longer time. What it is killed in may be begun again.
    static void write(Duration limit, String... arguments) {
        try {
            Process process = process(arguments).redirectErrorStream(true).start();
            byte[] answer = ended(process, limit, arguments);
            if (process.exitValue() != 0) {
                String words = new String(answer, StandardCharsets.UTF_8).strip();
                String told = "qemu-img " + Arrays.toString(arguments) + ": " + words;
                throw words.contains(LOCK_REFUSED) ? new DomainBusy(told) : new RequestRefused(told);
            }
        } catch (IOException failed) {
            throw new RequestRefused("qemu-img " + Arrays.toString(arguments) + ": " + failed.getMessage());
        }
    }

    private static ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static byte[] answer(Process process, String... arguments) throws IOException {
        byte[] answer = ended(process, Duration.ofSeconds(SECONDS_MAX), arguments);
        if (process.exitValue() != 0) {
            throw new IOException("qemu-img " + Arrays.toString(arguments) + ": expected it to exit with 0 within "
                    + SECONDS_MAX + " s, found " + process.exitValue());
        }
        return answer;
    }

    /// What it printed, once it has ended.
    private static byte[] ended(Process process, Duration limit, String... arguments) throws IOException {
        CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
        try {
            byte[] answer = process.getInputStream().readAllBytes(); // ends with the process
            process.waitFor();
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("qemu-img " + Arrays.toString(arguments) + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
