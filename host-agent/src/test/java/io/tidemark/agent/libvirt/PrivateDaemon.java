package io.tidemark.agent.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A libvirtd whose whole state lies under one folder, in a mount namespace of its own. Needs root, `unshare` and
/// `libvirtd`; touches nothing of the machine's own libvirt.
public final class PrivateDaemon implements AutoCloseable {
    private static final int START_POLLS_MAX = 200;

    private final Path home;
    private final Process process;

    private PrivateDaemon(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    public static boolean isPossible() {
        return Files.isExecutable(Path.of("/usr/sbin/libvirtd"))
                && Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64"))
                && "root".equals(System.getProperty("user.name"));
    }

    public static PrivateDaemon start(Path home) throws IOException, InterruptedException {
        for (String folder : List.of("etc", "lib/qemu", "libvirtrun", "cache", "log/qemu", "run")) {
            Files.createDirectories(home.resolve(folder));
        }
        Files.writeString(home.resolve("etc/qemu.conf"), """
                user = "root"
                group = "root"
                security_driver = "none"
                cgroup_controllers = [ ]
                namespaces = [ ]
                seccomp_sandbox = 0
                stdio_handler = "file"
                remember_owner = 0
                dynamic_ownership = 0
                """);
        Files.writeString(home.resolve("etc/libvirtd.conf"), """
                unix_sock_dir = "%s/run"
                auth_unix_ro = "none"
                auth_unix_rw = "none"
                log_outputs = "3:file:%s/log/libvirtd.log"
                """.formatted(home, home));
        var process = new ProcessBuilder("unshare", "-m", "--propagation", "private", "bash", "-ec", """
                for d in /etc/libvirt /var/lib/libvirt /run/libvirt /var/cache/libvirt /var/log/libvirt; do
                  mkdir -p $d
                done
                mount --bind $1/etc /etc/libvirt; mount --bind $1/lib /var/lib/libvirt
                mount --bind $1/libvirtrun /run/libvirt; mount --bind $1/cache /var/cache/libvirt
                mount --bind $1/log /var/log/libvirt
                exec libvirtd -f $1/etc/libvirtd.conf -p $1/run/libvirtd.pid""", "_", home.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log/daemon.out").toFile())
                .start();
        var daemon = new PrivateDaemon(home, process);
        daemon.awaitSocket();
        return daemon;
    }

    private void awaitSocket() throws InterruptedException {
        for (int poll = 0; poll < START_POLLS_MAX && !Files.exists(socket()); poll++) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        if (!Files.exists(socket())) {
            close();
            throw new IllegalStateException("private libvirtd: expected its socket at " + socket() + ", found none");
        }
    }

    private Path socket() {
        return home.resolve("run/libvirt-sock");
    }

    public String uri() {
        return "qemu+unix:///system?socket=" + socket();
    }

    /// Ends the daemon only; its domains must have been destroyed before.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
