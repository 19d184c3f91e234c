package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTest {
    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void makeFolders() throws Exception {
        site = new Site(
                Files.createDirectories(folder.resolve("memory")),
                Files.createDirectories(folder.resolve("disk")),
                true);
    }

    @Test
    void littleWorkIsDoneInMemory() throws Exception {
        assertThat(site.fresh("work", 1)).isEqualTo(site.memory().resolve("work"));
    }

    @Test
    void withoutATmpfsTheDiskIsTaken() throws Exception {
        Files.delete(site.memory());

        assertThat(site.fresh("work", 1)).isEqualTo(site.disk().resolve("work"));
    }

    @Test
    void workThatFitsNowhereIsRefused() {
        assertThatThrownBy(() -> site.fresh("work", Long.MAX_VALUE / 4))
                .hasMessageContaining("MiB free for work, found")
                .hasMessageContaining("--quick");
    }
}
