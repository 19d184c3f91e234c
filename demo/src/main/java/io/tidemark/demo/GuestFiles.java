package io.tidemark.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The kernel and the initramfs of [TinyGuest], made from the distribution's packages without installing them. Made
/// for amd64 only, and tried on Debian 12 only; where there is no `linux-image-cloud-amd64`, Ubuntu's
/// `linux-image-virtual` is taken.
public record GuestFiles(Path kernel, Path initramfs) {
    private static final String KERNEL = "linux-image-";
    private static final String AGENT = "qemu-guest-agent";
    private static final String BUSYBOX = "busybox-static";
    /// Packages that depend on the newest kernel of their distribution.
    private static final List<String> KERNELS = List.of("linux-image-cloud-amd64", "linux-image-virtual");

    private static final Pattern KERNEL_PACKAGE = Pattern.compile("linux-image-[0-9]\\S*-(cloud-amd64|generic)");
    /// Ubuntu's kernels have their modules in a package of their own.
    private static final Pattern MODULES_APART = Pattern.compile("linux-image-([0-9][^_]*-generic)_");

    private static final Pattern LIBRARY = Pattern.compile("/\\S+");

    /// The folder for downloads that a person's environment names: `$TIDEMARK_HOME/cache`, or `~/.tidemark/cache`
    /// where that variable is not set.
    public static Path defaultCache(@Nullable String tidemarkHome, Path userHome) {
        return (tidemarkHome == null ? userHome.resolve(".tidemark") : Path.of(tidemarkHome)).resolve("cache");
    }

    /// Returns the files, which lie in the cache folder and may be shared by many guests. What the cache lacks is
    /// downloaded by `apt-get download`; once it is filled, no network is needed. Several processes may call this
    /// at once, they wait for each other. The error for a failed download names the command that a person can
    /// run.
    public static synchronized GuestFiles prepare(Path cache) throws IOException {
        String architecture = System.getProperty("os.arch");
        if (!"amd64".equals(architecture)) {
            throw new IOException("tiny guest: expected a machine of architecture amd64, found " + architecture);
        }
        Path home = Files.createDirectories(cache).toRealPath();
        try (FileChannel channel = FileChannel.open(
                        home.resolve("guest.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            List<Path> packages = new ArrayList<>();
            for (String start : List.of(KERNEL, AGENT, BUSYBOX)) {
                packages.add(archive(home, start));
            }
            Matcher ubuntu = MODULES_APART.matcher(name(packages.getFirst()));
            if (ubuntu.find()) {
                packages.add(archive(home, "linux-modules-" + ubuntu.group(1)));
            }
            return built(home, packages);
        }
    }

    private static GuestFiles built(Path home, List<Path> packages) throws IOException {
        CRC32 key = new CRC32();
        packages.forEach(file -> key.update(name(file).getBytes(StandardCharsets.UTF_8)));
        try (InputStream init = Resources.open("init")) {
            key.update(init.readAllBytes());
        }
        Path folder = home.resolve("guest-%08x".formatted(key.getValue()));
        if (!Files.exists(folder)) {
            Path work = Files.createTempDirectory(home, "building-");
            try {
                Path done = Files.createDirectory(work.resolve("done"));
                build(work, packages, done);
                Files.move(done, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(work);
            }
        }
        return new GuestFiles(folder.resolve("kernel"), folder.resolve("initramfs.gz"));
    }

    private static void build(Path work, List<Path> packages, Path done) throws IOException {
        Path tree = Files.createDirectory(work.resolve("tree"));
        for (Path archive : packages) {
            Commands.run(work, List.of("dpkg", "-x", archive.toString(), tree.toString()));
        }
        Path root = Files.createDirectory(work.resolve("root"));
        GuestModules.copy(tree, root);
        copy(program(tree, "bin/busybox"), root.resolve("bin/busybox"));
        Path agent = program(tree, "sbin/qemu-ga");
        copy(agent, root.resolve("usr/sbin/qemu-ga"));
        copyLibraries(agent, root);
        try (InputStream in = Resources.open("init")) {
            Files.copy(in, root.resolve("init"));
        }
        Commands.run(root, List.of("chmod", "755", "init", "bin/busybox", "usr/sbin/qemu-ga"));
        String pack = "set -o pipefail; find . | bin/busybox cpio -o -H newc 2>/dev/null | gzip -1 > \"$0\"";
        Commands.run(
                root, List.of("bash", "-c", pack, done.resolve("initramfs.gz").toString()));
        copy(find(tree.resolve("boot"), "vmlinuz-"), done.resolve("kernel"));
    }

    /// Newer packages have everything below `usr`.
    private static Path program(Path tree, String name) {
        Path there = tree.resolve("usr").resolve(name);
        return Files.exists(there) ? there : tree.resolve(name);
    }

    /// The agent's libraries are this machine's own, which has them because QEMU needs them too.
    private static void copyLibraries(Path agent, Path root) throws IOException {
        String libraries = Commands.run(root, List.of("ldd", agent.toString()));
        if (libraries.contains("not found")) {
            throw new IOException("qemu-ga: expected its libraries on this machine, found " + libraries
                    + "Run: apt-get install qemu-guest-agent");
        }
        Matcher matcher = LIBRARY.matcher(libraries);
        while (matcher.find()) {
            copy(Path.of(matcher.group()), root.resolve(matcher.group().substring(1)));
        }
    }

    private static Path archive(Path home, String start) throws IOException {
        Path there = newestArchive(home, start);
        if (there != null) {
            return there;
        }
        Path download = Files.createTempDirectory(home, "download-");
        String wanted = start.equals(KERNEL) ? KERNELS.getFirst() : start;
        try {
            if (start.equals(KERNEL)) {
                wanted = kernelPackage(home);
            }
            Commands.run(download, List.of("apt-get", "download", "-q", wanted));
            Path got = newestArchive(download, start);
            if (got == null) {
                throw new IOException("apt-get download " + wanted + ": expected a package, found none");
            }
            return Files.move(got, home.resolve(name(got)), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(
                    "cache " + home + ": expected a package " + start + "*.deb, found none, and the download failed."
                            + " Run as root: apt-get update && cd " + home + " && apt-get download " + wanted
                            + ". The cause: " + e.getMessage(),
                    e);
        } finally {
            delete(download);
        }
    }

    private static String kernelPackage(Path folder) throws IOException {
        List<String> answers = new ArrayList<>();
        for (String kernel : KERNELS) {
            String text = Commands.run(folder, List.of("bash", "-c", "apt-cache depends \"$0\" 2>&1 || true", kernel));
            Matcher matcher = KERNEL_PACKAGE.matcher(text);
            if (matcher.find()) {
                return matcher.group();
            }
            answers.add(text.strip());
        }
        throw new IOException("apt: expected one of " + KERNELS + " to depend on a kernel, found " + answers);
    }

    private static @Nullable Path newestArchive(Path folder, String start) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> name(file).startsWith(start) && name(file).endsWith(".deb"))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Path parent = to.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path find(Path tree, String start) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(file -> name(file).startsWith(start))
                    .findFirst()
                    .orElseThrow(() -> new IOException(tree + ": expected a file " + start + "*, found none"));
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(tree)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
