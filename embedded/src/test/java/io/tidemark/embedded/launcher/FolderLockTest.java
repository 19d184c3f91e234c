package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    @Test
    void aSecondUserIsRefusedAndToldWhichFolderUntilTheFirstIsThrough() throws IOException {
        Path home = folder.resolve("demo");
        Path file = folder.resolve("demo.lock");
        try (FolderLock _ = FolderLock.take(home, file, "demo")) {
            assertThatThrownBy(() -> FolderLock.take(home, file, "demo"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("folder " + home)
                    .hasMessageContaining("another demo uses it");
        }

        FolderLock.take(home, file, "demo").close();
    }
}
