package io.tidemark.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// What libvirtd learned about QEMU, carried from one private libvirtd to the next, as finding it out takes each
/// one five seconds. libvirtd itself refuses what is out of date (observed with libvirt 9.0: it compares the
/// change times and versions of QEMU and of itself) and finds it out anew.
record CapabilityCache(Path kept) {
    private static final String OF_LIBVIRTD = "cache/qemu/capabilities";

    /// Before the first domain is defined: gives what was kept to a libvirtd that knows nothing yet.
    void give(PrivateLibvirtd libvirtd) throws IOException {
        Path own = libvirtd.folder().resolve(OF_LIBVIRTD);
        if (files(own).isEmpty()) {
            copy(kept, own);
        }
    }

    /// After a domain was defined: keeps what the libvirtd knows.
    void keep(PrivateLibvirtd libvirtd) throws IOException {
        copy(libvirtd.folder().resolve(OF_LIBVIRTD), kept);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file));
            if (!Files.exists(target) || Files.mismatch(file, target) >= 0) {
                Path whole = Files.createTempFile(to, "copy", ".part");
                Files.copy(file, whole, StandardCopyOption.REPLACE_EXISTING);
                Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".xml")).toList();
        }
    }
}
