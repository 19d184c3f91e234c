package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateLibvirtdIT {
    private static final String NETWORK = "<network><name>%s</name></network>";

    @BeforeAll
    static void skipWhereItCannotRun() {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
    }

    @Test
    void twoRunSideBySideAndSeeOnlyTheirOwn(@TempDir Path folder) throws IOException {
        try (PrivateLibvirtd one = PrivateLibvirtd.start(folder.resolve("one"));
                PrivateLibvirtd two = PrivateLibvirtd.start(folder.resolve("two"))) {
            one.virsh(
                    "net-define",
                    Files.writeString(folder.resolve("n.xml"), NETWORK.formatted("of-one"))
                            .toString());

            assertThat(one.virsh("net-list", "--all")).contains("of-one");
            assertThat(two.virsh("net-list", "--all")).doesNotContain("of-one");
            assertThat(two.runInside("virsh", "-c", "qemu:///system", "net-list", "--all"))
                    .doesNotContain("of-one");
            assertThat(one.runInside("virsh", "-c", "qemu:///system", "net-list", "--all"))
                    .contains("of-one");
        }
    }

    @Test
    void closingOneLeavesTheOtherAndAStartOnTheSameFolderFindsItsState(@TempDir Path folder) throws IOException {
        PrivateLibvirtd one = PrivateLibvirtd.start(folder.resolve("one"));
        try (PrivateLibvirtd two = PrivateLibvirtd.start(folder.resolve("two"))) {
            one.virsh(
                    "net-define",
                    Files.writeString(folder.resolve("n.xml"), NETWORK.formatted("of-one"))
                            .toString());
            one.close();
            one.close();

            assertThat(ProcessHandle.of(one.pid())).isEmpty();
            assertThat(two.virsh("uri")).isNotBlank();
            try (PrivateLibvirtd again = PrivateLibvirtd.start(folder.resolve("one"))) {
                assertThat(again.virsh("net-list", "--all")).contains("of-one");
            }
        } finally {
            one.close();
        }
    }

    @Test
    void aMountedFileSystemIsSmallAndSeenOnlyInside(@TempDir Path folder) throws IOException {
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start(folder.resolve("libvirt"))) {
            libvirtd.mountTmpfs(scratch, 4 * 1024 * 1024);
            libvirtd.runInside("touch", scratch.resolve("inside").toString());

            assertThatThrownBy(() -> libvirtd.runInside(
                            "fallocate", "-l", "8M", scratch.resolve("big").toString()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThat(scratch).isEmptyDirectory();
            libvirtd.unmount(scratch);
            assertThat(libvirtd.runInside("ls", scratch.toString())).isEmpty();
        }
    }

    @Test
    void aFolderTooDeepForItsSocketsIsRefused(@TempDir Path folder) {
        Path deep = folder.resolve("x".repeat(80));

        assertThatThrownBy(() -> PrivateLibvirtd.start(deep))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 107 bytes")
                .hasMessageContaining("Take a shorter folder");
        assertThat(deep).doesNotExist();
    }
}
