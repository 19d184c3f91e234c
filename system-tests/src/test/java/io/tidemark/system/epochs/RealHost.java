package io.tidemark.system.epochs;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

/// A libvirtd of the test's own, which may be killed and started again beside its guests. What fails here is a
/// fault of the test. Fields that are not final are of its present life.
final class RealHost implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int POLL_MILLIS = 2;

    private final Path folder;
    private PrivateLibvirtd daemon;
    private Connect connect;

    RealHost(Path folder) throws IOException {
        this.folder = folder;
        this.daemon = PrivateLibvirtd.start(folder);
        this.connect = asked(() -> new Connect(daemon.uri()));
    }

    /// What a client of libvirt does.
    interface Call<T> {
        T ask() throws LibvirtException;
    }

    static <T> T asked(Call<T> call) {
        try {
            return call.ask();
        } catch (LibvirtException e) {
            throw new IllegalStateException("libvirt: " + e.getMessage(), e);
        }
    }

    String uri() {
        return daemon.uri();
    }

    Path folder() {
        return folder;
    }

    Connect connect() {
        return connect;
    }

    /// Kills libvirtd and starts it again; guests run on.
    void restart() {
        ProcessHandle process = ProcessHandle.of(daemon.pid()).orElseThrow();
        process.destroyForcibly();
        await("libvirtd gone", () -> !process.isAlive());
        daemon.close();
        try {
            daemon = PrivateLibvirtd.start(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connect = asked(() -> new Connect(daemon.uri()));
    }

    static void await(String what, BooleanSupplier isSo) {
        long until = System.nanoTime() + SOON.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(what + ": expected it within " + SOON.toSeconds() + " s");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /// Runs a program to its end, which must be good, and answers what it printed.
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(
                        String.join(" ", List.of(command)) + ": expected exit 0, found " + exit + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        asked(connect::close);
        daemon.close();
    }
}
