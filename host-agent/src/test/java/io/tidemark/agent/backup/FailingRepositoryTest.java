package io.tidemark.agent.backup;

import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryContract;
import io.tidemark.agent.repository.TestRepositories;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// While nothing is told to fail, it is a repository as any other.
class FailingRepositoryTest implements RepositoryContract {
    private final Repository repository;

    FailingRepositoryTest(@TempDir Path folder) {
        repository = new FailingRepository(TestRepositories.folder(folder));
        repository.create();
    }

    @Override
    public Repository repository() {
        return repository;
    }
}
