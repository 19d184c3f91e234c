package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.blob.WeakBlobs;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegistryTest {
    private static final UUID REPOSITORY = new UUID(7, 7);
    private static final int VMS = 40;

    private static VmId vm(int number) {
        return new VmId(new UUID(1, number));
    }

    private static Registry registry(BlobStore store) {
        return new Registry(store, REPOSITORY);
    }

    @Test
    void whatManySayAtOnceIsThereOnceEach() throws InterruptedException {
        BlobStore store = WeakBlobs.RETRANSMITTING.empty();
        List<Thread> threads = Stream.generate(() -> registry(store))
                .limit(4)
                .map(each -> Thread.ofPlatform()
                        .start(() -> IntStream.range(0, VMS).forEach(number -> each.register(vm(number)))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(registry(store).readWhole().vms())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, VMS).mapToObj(RegistryTest::vm).toList());
    }

    @Test
    void anIncarnationOnlyRisesAndACollectionEndsOnce() {
        Registry registry = registry(new MemoryBlobs());
        SessionId collection = new SessionId(new UUID(9, 9));
        registry.raise(3);
        registry.raise(2);
        registry.begin(collection);
        registry.begin(collection);

        assertThat(registry.read().incarnation()).isEqualTo(3);
        assertThat(registry.read().collections()).containsExactly(collection);
        registry.end(collection);
        registry.end(collection);
        assertThat(registry.read().collections()).isEmpty();
        assertThat(registry.read().next())
                .as("what is so already is not said again")
                .isEqualTo(3);
    }

    @Test
    void aRecordThatIsLostIsNoticedByTheLaterOnesOrByItsMark() {
        MemoryBlobs blobs = new MemoryBlobs();
        registry(blobs).register(vm(1));
        registry(blobs).register(vm(2));
        for (int number = 0; number < 2; number++) {
            MemoryBlobs lost = new MemoryBlobs();
            lost.objects.putAll(blobs.objects);
            lost.objects.remove("registry/" + "%020d".formatted(number));

            assertThatThrownBy(() -> registry(lost).readWhole()).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void aStoreThatHasEachNumberTakenAndShowsNoneEndsInAnError() {
        BlobStore store = new MemoryBlobs() {
            @Override
            public Creation createIfAbsent(BlobName name, byte[] content) {
                return Creation.TAKEN;
            }
        };

        assertThatThrownBy(() -> registry(store).register(vm(1)))
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("within 1000 tries");
    }
}
