package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualSizeTest {
    private static final int QCOW2_MAGIC = 0x514649fb;

    @TempDir
    Path folder;

    @Test
    void theHeaderOfAQcow2ImageSaysIt() throws IOException {
        ByteBuffer header =
                ByteBuffer.allocate(104).putInt(0, QCOW2_MAGIC).putInt(4, 3).putLong(24, 5L << 40);

        assertThat(VirtualSize.of(image(header.array()), "qcow2")).hasValue(5L << 40);
    }

    @Test
    void aRawImageIsAsBigAsItsWholeSectors() throws IOException {
        assertThat(VirtualSize.of(image(new byte[1025]), "raw")).hasValue(1536);
        assertThat(VirtualSize.of(image(new byte[1024]), "raw")).hasValue(1024);
    }

    @Test
    void whatIsNotWhatItIsSaidToBeHasNoSize() throws IOException {
        assertThat(VirtualSize.of(image(new byte[104]), "qcow2")).as("no magic").isEmpty();
        assertThat(VirtualSize.of(image(new byte[20]), "qcow2")).as("cut short").isEmpty();
        assertThat(VirtualSize.of(image(new byte[104]), "vmdk"))
                .as("another format")
                .isEmpty();
        assertThat(VirtualSize.of(folder.resolve("absent"), "raw"))
                .as("no file")
                .isEmpty();
    }

    private Path image(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }
}
