package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFilesTest {
    private static final int BLOCK_BYTES = 64 * 1024;

    @TempDir
    Path folder;

    @Test
    void filesFollowOneAnotherInTheOrderOfTheirNames() throws IOException {
        Files.writeString(folder.resolve("b"), "second");
        Files.writeString(folder.resolve("a"), "first");
        Files.createSymbolicLink(folder.resolve("c"), folder.resolve("a"));

        assertThat(all()).asString().isEqualTo("firstsecond");
    }

    @Test
    void aBlockOfZerosIsLeftOut() throws IOException {
        byte[] bytes = new byte[3 * BLOCK_BYTES];
        Arrays.fill(bytes, 0, BLOCK_BYTES, (byte) 1);
        bytes[3 * BLOCK_BYTES - 1] = 2;
        Files.write(folder.resolve("a"), bytes);

        byte[] found = all();

        assertThat(found).hasSize(2 * BLOCK_BYTES);
        assertThat(found[2 * BLOCK_BYTES - 1]).isEqualTo((byte) 2);
    }

    private byte[] all() throws IOException {
        try (MachineFiles files = new MachineFiles(List.of(folder))) {
            return files.readAllBytes();
        }
    }
}
