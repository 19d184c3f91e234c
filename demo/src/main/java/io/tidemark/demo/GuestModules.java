package io.tidemark.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The modules that the tiny guest loads, from the unpacked packages of its kernel. A distribution builds some of
/// them into the kernel, and may ship the others compressed.
final class GuestModules {
    /// In the order in which the guest must load them.
    private static final List<String> WANTED = List.of(
            "virtio_ring",
            "virtio",
            "virtio_pci_legacy_dev",
            "virtio_pci_modern_dev",
            "virtio_pci",
            "virtio_blk",
            "virtio_console");

    /// The program that brings a module of that ending to its standard output.
    private static final Map<String, String> UNPACKERS = Map.of(".zst", "zstd -dc", ".xz", "xz -dc", ".gz", "gzip -dc");

    private GuestModules() {}

    /// Puts the modules below `modules` of the initramfs, beside the file `order`, which names those to load, one a
    /// line.
    static void copy(Path tree, Path root) throws IOException {
        Path modules = Files.createDirectories(root.resolve("modules"));
        Set<String> builtIn = builtIn(tree);
        List<String> order = new ArrayList<>();
        for (String name : WANTED) {
            Optional<Path> found = find(tree, name + ".ko");
            if (found.isPresent()) {
                unpack(found.get(), modules.resolve(name + ".ko"));
                order.add(name);
            } else if (!builtIn.contains(name + ".ko")) {
                throw new IOException(tree + ": expected a module " + name + " or a kernel that has it built in");
            }
        }
        Files.write(modules.resolve("order"), order);
    }

    private static Set<String> builtIn(Path tree) throws IOException {
        Optional<Path> list = find(tree, "modules.builtin").filter(file -> file.endsWith("modules.builtin"));
        return list.isEmpty()
                ? Set.of()
                : Files.readAllLines(list.get()).stream()
                        .map(line -> line.substring(line.lastIndexOf('/') + 1))
                        .collect(Collectors.toSet());
    }

    private static void unpack(Path from, Path to) throws IOException {
        String name = String.valueOf(from.getFileName());
        String ending = name.substring(name.lastIndexOf('.'));
        String unpacker = UNPACKERS.get(ending);
        if (unpacker == null) {
            Files.copy(from, to);
        } else {
            String pipe = unpacker + " < \"$0\" > \"$1\"";
            Commands.run(to.resolveSibling(""), List.of("bash", "-c", pipe, from.toString(), to.toString()));
        }
    }

    /// The shortest name wins: `modules.builtin` before `modules.builtin.bin`.
    private static Optional<Path> find(Path tree, String start) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(start))
                    .min((one, other) -> Integer.compare(
                            String.valueOf(one).length(), String.valueOf(other).length()));
        }
    }
}
