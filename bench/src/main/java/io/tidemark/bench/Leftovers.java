package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What outlived a benchmark that was ended: guests of its libvirtd, as after Ctrl-C, which ends that before
/// anybody can ask it to end them, and, after a kill, mounts.
final class Leftovers {
    private Leftovers() {}

    /// Ends the guests of the private libvirtd whose state is in the folder. Its files name them, and a process is
    /// ended only if its command line names the folder too, as the number may be somebody else's by now.
    static void end(Path libvirtd) throws IOException {
        Path folder = libvirtd.resolve("run/qemu");
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> pidFiles;
        try (Stream<Path> files = Files.list(folder)) {
            pidFiles = files.filter(file -> file.toString().endsWith(".pid")).toList();
        }
        for (Path pidFile : pidFiles) {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            if (isOf(pid, libvirtd)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /// Takes away what is mounted below the folder, so that emptying it does not reach into a file system that
    /// cannot be deleted then. The kernel lists mounts in the order in which they came.
    static void unmount(Path folder) throws IOException, InterruptedException {
        String below = folder.toAbsolutePath() + "/";
        for (String mount : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
            String at = mount.split(" ", 3)[1];
            if (at.startsWith(below)) {
                Program.run(folder, List.of("umount", "--lazy", at));
            }
        }
    }

    private static boolean isOf(long pid, Path libvirtd) throws IOException {
        Path commandLine = Path.of("/proc/" + pid + "/cmdline");
        Path home = libvirtd.toAbsolutePath().getParent();
        return Files.exists(commandLine) && Files.readString(commandLine).contains(home + "/");
    }
}
