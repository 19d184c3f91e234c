package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuFoldersTest {
    private static final String SYSTEM = "qemu:///system";

    @TempDir
    Path folder;

    private Path home;
    private Path qemuConf;

    @BeforeEach
    void aQemuThatRunsAsSomebodyElse() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        qemuConf = Files.writeString(folder.resolve("qemu.conf"), "#user = \"root\"\nuser = \"daemon\"\n");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void nothingIsLeftOutside() throws IOException {
        Path outside = QemuFolders.outside(home);
        if (!Files.isSymbolicLink(outside)) {
            Files.deleteIfExists(outside.resolve("scratch"));
            Files.deleteIfExists(outside.resolve("sockets"));
        }
        Files.deleteIfExists(outside);
    }

    @Test
    void homeThatQemuCanReachHoldsBothAndTheyAreQemus() throws IOException {
        assumeRoot();

        QemuFolders folders = QemuFolders.prepare(SYSTEM, home, Optional.empty(), qemuConf);

        assertThat(folders.scratch()).isEqualTo(home.resolve("scratch"));
        assertThat(Files.getOwner(folders.scratch()).getName()).isEqualTo("daemon");
        assertThat(Files.getOwner(folders.sockets()).getName()).isEqualTo("daemon");
    }

    @Test
    void homeThatQemuCannotReachIsLeftForVarTmp() throws IOException {
        assumeRoot();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));

        QemuFolders folders = QemuFolders.prepare(SYSTEM, home, Optional.empty(), qemuConf);

        assertThat(folders.scratch()).isEqualTo(QemuFolders.outside(home).resolve("scratch"));
        assertThat(QemuFolders.prepare(SYSTEM, home, Optional.empty(), qemuConf))
                .isEqualTo(folders);
    }

    @Test
    void scratchThatWasAskedForAndCannotBeReachedIsRefusedByName() throws IOException {
        assumeRoot();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> QemuFolders.prepare(SYSTEM, home, Optional.of(home.resolve("x")), qemuConf))
                .hasMessage("folder " + home.resolve("x/tidemark-scratch")
                        + ": expected that QEMU's user daemon can reach it, found " + home
                        + " with mode rwx------. Take another one with --scratch, or chmod o+x that one");
    }

    @Test
    void folderThatWasAskedForStaysItsOwners() throws IOException {
        assumeRoot();
        Path given = Files.createDirectory(folder.resolve("given"));

        QemuFolders folders = QemuFolders.prepare(SYSTEM, home, Optional.of(given), qemuConf);

        assertThat(folders.scratch()).isEqualTo(given.resolve("tidemark-scratch"));
        assertThat(Files.getOwner(given).getName()).isEqualTo("root");
    }

    @Test
    void folderOfSomebodyElseInVarTmpIsNotUsed() throws IOException {
        assumeRoot();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        Path shared = QemuFolders.outside(home);
        Files.createSymbolicLink(shared, folder);

        assertThatThrownBy(() -> QemuFolders.prepare(SYSTEM, home, Optional.empty(), qemuConf))
                .hasMessageStartingWith("folder " + shared + ": expected a folder of root");
    }

    @Test
    void userThatDoesNotExistIsToldByName() throws IOException {
        Files.writeString(qemuConf, "user = \"no-such-user\"\n");

        assertThatThrownBy(() -> QemuFolders.prepare(SYSTEM, home, Optional.empty(), qemuConf))
                .hasMessage(qemuConf + ": expected user to name an existing one, found \"no-such-user\"");
    }

    @Test
    void qemuOfASessionRunsAsOneself() throws IOException {
        QemuFolders folders = QemuFolders.prepare("qemu:///session", home, Optional.empty(), qemuConf);

        assertThat(folders.user()).isEmpty();
        assertThat(folders.scratch()).isEqualTo(home.resolve("scratch")).isDirectory();
    }

    private static void assumeRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "giving folders away needs root");
    }
}
