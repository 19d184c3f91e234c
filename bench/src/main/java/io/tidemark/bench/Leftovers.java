package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Guests that outlived their libvirtd, as after Ctrl-C, which ends it before anybody can ask it to end them.
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

    private static boolean isOf(long pid, Path libvirtd) throws IOException {
        Path commandLine = Path.of("/proc/" + pid + "/cmdline");
        Path home = libvirtd.toAbsolutePath().getParent();
        return Files.exists(commandLine) && Files.readString(commandLine).contains(home + "/");
    }
}
