package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.blob.BlobStore.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderBlobsTest implements BlobContract {
    private static final int STEPS_MAX = 30;

    private final Path folder;
    private final BlobStore store;

    FolderBlobsTest(@TempDir Path folder) {
        this.folder = folder;
        this.store = in(folder, StepGate.OPEN);
    }

    private static BlobStore in(Path folder, StepGate gate) {
        var files = new FolderFiles(folder, gate);
        files.createFolder("tmp");
        return new FolderBlobs(files);
    }

    @Override
    public BlobStore store() {
        return store;
    }

    /// A folder's listing is as new as can be, beyond what the port promises.
    @Test
    void whatWasCreatedIsListed() {
        store.createOwn(new BlobName("packs/a"), new byte[1]);
        store.createOwn(new BlobName("packs/sub/b"), new byte[1]);

        assertThat(store.list("packs")).containsExactly(new BlobName("packs/a"));
    }

    @Test
    void whatDiedIsLeftInTheFolderUntilItIsDiscarded() throws IOException {
        try (Upload living = store.begin("a-b")) {
            store.begin("a").write(ByteBuffer.allocate(1));
            store.begin("b").close();
            living.publish(new BlobName("packs/x"));

            store.discard("a");

            assertThat(temporaries()).singleElement().asString().startsWith("a-b.");
        }
        assertThat(temporaries()).isEmpty();
    }

    private List<String> temporaries() throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve("tmp"))) {
            return found.map(each -> String.valueOf(each.getFileName())).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b", "a/b", "..", "a b", "ä", "a\n"})
    void anOwnerThatCouldBeTakenForAnotherIsRefused(String owner) {
        assertThatThrownBy(() -> store.begin(owner)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.discard(owner)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCreationThatDiesAtAnyStepHasCreatedAllOrNothing() {
        byte[] content = "content".getBytes(StandardCharsets.UTF_8);
        var name = new BlobName("log/1");
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            Path root = folder.resolve("step-" + step);
            BlobStore after = in(root, StepGate.OPEN);
            hasEnded = endsWithin(in(root, dyingAt(step)), name, content);
            assertThat(after.read(name, content.length).orElse(content)).isEqualTo(content);
            assertThat(after.createOwn(name, content)).as("step %d", step).isTrue();
        }
    }

    private static boolean endsWithin(BlobStore store, BlobName name, byte[] content) {
        try {
            return store.createOwn(name, content);
        } catch (Death _) {
            return false;
        }
    }

    private static StepGate dyingAt(int step) {
        var steps = new AtomicInteger();
        return what -> {
            // its own folder is made before
            if (!what.endsWith(" tmp") && steps.incrementAndGet() >= step) {
                throw new Death();
            }
        };
    }

    private static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", ".hidden", "a/.b", "a b", "a\\b", "ä"})
    void aNameThatCouldLeadElsewhereIsRefused(String text) {
        assertThatThrownBy(() -> new BlobName(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameOf255CharactersIsTheLongest() {
        assertThat(new BlobName("a".repeat(255)).text()).hasSize(255);
        assertThatThrownBy(() -> new BlobName("a".repeat(256)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256 characters");
    }
}
