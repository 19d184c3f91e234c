package io.tidemark.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A libvirtd of its own: all its state is in one folder, seen through its own mount namespace, so that the
/// machine's libvirt is not touched and several can run side by side. Needs root. Guests outlive it, as with any
/// libvirtd: close them first. Starting again on the folder of one that was closed finds its domains and its
/// running guests again.
public final class PrivateLibvirtd implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int STOP_SECONDS = 10;
    /// What Linux allows for the path of a unix socket, without the zero byte at its end.
    private static final int SOCKET_PATH_BYTES_MAX = 107;
    /// What this class, [GuestFiles] and [TinyGuest] call, other than what every Linux has.
    private static final List<String> PROGRAMS = List.of(
            "libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "unshare", "nsenter", "mkfs.ext4", "dpkg", "ldd");
    /// The longest socket path that libvirtd makes in the folder.
    private static final String LONGEST_SOCKET = "run/libvirt-admin-sock";

    private final Path folder;
    private final Process process;

    private PrivateLibvirtd(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /// What this machine lacks for a private libvirtd with a [TinyGuest]: `root` and names of programs; empty if
    /// all is there. Tests skip by it.
    public static List<String> missingHere() {
        List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root");
        }
        List<String> folders = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
        for (String program : PROGRAMS) {
            if (folders.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
                missing.add(program);
            }
        }
        return missing;
    }

    /// Starts on the folder, which is made where it is missing, and returns when libvirtd answers. The folder's
    /// path may have 84 bytes, as sockets lie in it.
    public static PrivateLibvirtd start(Path folder) throws IOException {
        requireShort(folder.toAbsolutePath());
        Path home = Files.createDirectories(folder).toRealPath();
        requireShort(home);
        Path script = home.resolve("private-libvirtd.sh");
        try (InputStream in = Resources.open("private-libvirtd.sh")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        // in a session of its own, so that the interrupt of a terminal does not end it before its guests
        Process process = new ProcessBuilder("setsid", "bash", script.toString(), home.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("start.log").toFile())
                .start();
        PrivateLibvirtd started = new PrivateLibvirtd(home, process);
        try {
            started.awaitAnswer();
        } catch (IOException e) {
            started.close();
            throw e;
        }
        return started;
    }

    /// The URI for clients of this libvirtd, in whatever mount namespace they run.
    public String uri() {
        return "qemu+unix:///system?socket=" + folder.resolve("run/libvirt-sock");
    }

    /// The folder that holds all its state.
    public Path folder() {
        return folder;
    }

    /// The process id of libvirtd.
    public long pid() {
        return process.pid();
    }

    /// Runs virsh against this libvirtd and returns what it printed; an exit other than 0 is an error that quotes
    /// it. It has a session of its own, as ending the guests uses it while a terminal may interrupt once more.
    public String virsh(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "virsh", "-q", "-c", uri()));
        command.addAll(List.of(arguments));
        return Commands.run(folder, command);
    }

    /// The command line that runs the given one inside the mount namespace of this libvirtd. There the URI
    /// `qemu:///system` reaches it, which serves clients that cannot take a socket's path. For a
    /// [ProcessBuilder] of the caller's.
    public List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-m", "-t", String.valueOf(pid()), "--"));
        whole.addAll(command);
        return whole;
    }

    /// Runs a command inside the mount namespace to its end and returns what it printed, errors as for [#virsh].
    public String runInside(String... command) throws IOException {
        return Commands.run(folder, inside(List.of(command)));
    }

    /// Mounts an empty file system of the size at the folder, which must exist. Only libvirtd, the guests that it
    /// starts from now on or has started, and what [#inside] runs see it. It goes with them, or by [#unmount].
    public void mountTmpfs(Path at, long bytes) throws IOException {
        String options = "size=" + bytes + ",mode=0755";
        runInside(
                "mount", "-t", "tmpfs", "-o", options, "tmpfs", at.toRealPath().toString());
    }

    /// Takes away what [#mountTmpfs] mounted; who has a file of it open keeps that file.
    public void unmount(Path at) throws IOException {
        runInside("umount", "--lazy", at.toRealPath().toString());
    }

    /// Ends the guests that run here, as nobody else could reach them any more, then exactly the process that was
    /// started, by its id. A second call changes nothing.
    @Override
    public void close() {
        if (process.isAlive()) {
            endGuests();
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void endGuests() {
        try {
            for (String guest : virsh("list", "--name")
                    .lines()
                    .filter(name -> !name.isBlank())
                    .toList()) {
                virsh("destroy", guest);
            }
        } catch (IOException e) {
            System.err.println("libvirtd in " + folder + ": guests may be left running: " + e.getMessage());
        }
    }

    private static void requireShort(Path folder) throws IOException {
        Path socket = folder.resolve(LONGEST_SOCKET);
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_BYTES_MAX) {
            throw new IOException("libvirtd folder " + folder + ": expected its socket's path to have at most "
                    + SOCKET_PATH_BYTES_MAX + " bytes, found " + bytes + " in " + socket + ". Take a shorter folder");
        }
    }

    private void awaitAnswer() throws IOException {
        boolean answers = Waiting.until(START_LIMIT, () -> !process.isAlive() || answers()) && process.isAlive();
        if (!answers) {
            throw new IOException("libvirtd in " + folder + ": expected an answer within " + START_LIMIT.toSeconds()
                    + " s, found none" + (process.isAlive() ? "" : ", it ended with " + process.exitValue())
                    + ": " + said("start.log") + said("log/libvirtd.log"));
        }
    }

    private boolean answers() {
        try {
            virsh("uri");
            return true;
        } catch (IOException _) {
            return false; // the caller's limit decides when it is too late
        }
    }

    private String said(String log) throws IOException {
        Path file = folder.resolve(log);
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
