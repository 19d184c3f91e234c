package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.StorageTrial.Finding;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTrialTest {
    @Test
    void aFolderThatIsNotThereYetPassesAndTakesARepositoryAfterwards(@TempDir Path folder) {
        FolderStorage storage = FolderStorage.of(
                folder.resolve("new"), FolderStorage.Access.CLEAR, UUID::randomUUID, InstantSource.system());

        List<Finding> findings = StorageTrial.of(storage, new Random(1));

        assertThat(findings).isNotEmpty().allMatch(Finding::isPassed);
        BlobRepository repository = new BlobRepository(storage);
        assertThat(repository.id()).isEmpty();
        repository.create();
        assertThat(repository.id()).isPresent();
    }
}
