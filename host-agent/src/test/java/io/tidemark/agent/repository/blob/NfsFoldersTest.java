package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What NFS does by itself, its caches apart, is enough for a repository.
class NfsFoldersTest implements BlobContract {
    private static final Path ROOT = Path.of("/repository");

    private final NfsFolders folders = new NfsFolders(ROOT);
    private final FolderFiles files = new FolderFiles(ROOT, StepGate.OPEN, folders);
    private final BlobStore store = new FolderBlobs(files);

    NfsFoldersTest() {
        files.createFolder("tmp");
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Test
    void whatIsDeletedWhileItIsReadIsNoObjectAnyMore() throws IOException {
        BlobName name = new BlobName("packs/x");
        store.createOwn(name, new byte[10]);
        ByteBuffer read = ByteBuffer.allocate(10);
        try (var reader = folders.open(files.path("packs/x"))) {
            store.delete(name);

            assertThat(store.read(name, 10)).isEmpty();
            assertThat(files.list("packs")).singleElement().asString().startsWith(".nfs");
            assertThat(store.list("packs")).isEmpty();
            assertThat(reader.read(read)).isEqualTo(10);
        }
        assertThat(files.list("packs")).isEmpty();
    }
}
