package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kernel as distributions ship it: some modules built in, some compressed, some plain.
class GuestModulesTest {
    private static final List<String> BUILT_IN =
            List.of("virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci");

    @TempDir
    Path folder;

    private Path tree;

    @BeforeEach
    void aKernelWithMostOfVirtioBuiltIn() throws IOException {
        tree = Files.createDirectories(folder.resolve("tree/usr/lib/modules/9.9-generic"));
        Stream<String> lines = BUILT_IN.stream().map(name -> "kernel/drivers/virtio/" + name + ".ko");
        Files.write(tree.resolve("modules.builtin"), lines.toList());
        Files.writeString(tree.resolve("modules.builtin.modinfo"), "not a list");
    }

    @Test
    void compressedModulesAreUnpackedAndBuiltInOnesNotLoaded() throws IOException {
        Files.writeString(tree.resolve("virtio_console.ko"), "console");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tree.resolve("virtio_blk.ko.gz")))) {
            out.write("block".getBytes(StandardCharsets.UTF_8));
        }

        GuestModules.copy(folder.resolve("tree"), folder.resolve("root"));

        Path modules = folder.resolve("root/modules");
        assertThat(modules.resolve("order")).hasContent("virtio_blk\nvirtio_console");
        assertThat(modules.resolve("virtio_blk.ko")).hasContent("block");
        assertThat(modules.resolve("virtio_console.ko")).hasContent("console");
    }

    @Test
    void aModuleThatIsNowhereIsNamed() {
        assertThatThrownBy(() -> GuestModules.copy(folder.resolve("tree"), folder.resolve("root")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a module virtio_blk");
    }
}
