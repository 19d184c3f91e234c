package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.blob.StorageCheck.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StorageCheckTest {
    private static final Path ROOT = Path.of("/repository");

    private static List<Finding> findings(BlobStore store) {
        return new StorageCheck(store, "run-1", new Random(1)).run();
    }

    private static List<Finding> failed(BlobStore store) {
        return findings(store).stream().filter(each -> !each.isPassed()).toList();
    }

    @Test
    void aFolderPassesAndNoFileIsLeft(@TempDir Path folder) throws IOException {
        FolderFiles files = new FolderFiles(folder, StepGate.OPEN);
        files.createFolder("tmp");

        assertThat(failed(new FolderBlobs(files))).isEmpty();

        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aStrictStorePassesAndNothingIsLeft() {
        MemoryBlobs store = new MemoryBlobs();

        assertThat(failed(store)).isEmpty();

        assertThat(store.objects).isEmpty();
        assertThat(store.uploads).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aStorePassesIfItKeepsEnough(WeakBlobs kind) {
        List<Finding> failed = failed(kind.empty());

        assertThat(failed.isEmpty()).as("%s: %s", kind, failed).isEqualTo(kind.isEnough);
    }

    @Test
    void aFindingSaysWhatWasExpectedAndFound() {
        assertThat(failed(WeakBlobs.OVERWRITING.empty()))
                .contains(new Finding(
                        "a taken name keeps its content",
                        false,
                        "object check/run-1/taken: expected a second creation told that it is taken, found CREATED"));
    }

    @Test
    void aStoreThatIsAwayFailsEachAndThrowsNothing() {
        assertThat(findings(new FolderBlobs(new FolderFiles(ROOT, StepGate.OPEN, new MemoryFolders(ROOT)))))
                .noneMatch(Finding::isPassed)
                .allMatch(each -> each.detail().contains("expected"));
    }
}
