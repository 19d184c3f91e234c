package io.tidemark.agent.repository.blob;

import java.nio.file.Path;

/// The file system of the tests of faults is none that a repository could not live on.
class MemoryFoldersTest implements BlobContract {
    private static final Path ROOT = Path.of("/repository");

    private final BlobStore store;

    MemoryFoldersTest() {
        FolderFiles files = new FolderFiles(ROOT, StepGate.OPEN, new MemoryFolders(ROOT));
        files.createFolder("tmp");
        this.store = new FolderBlobs(files);
    }

    @Override
    public BlobStore store() {
        return store;
    }
}
