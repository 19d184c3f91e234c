package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.REPOSITORY;
import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.flipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.PassedOnBlobs;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeysTest {
    private static final HostId HOST = new HostId(new UUID(5, 6));
    private static final String OBJECT = "keys/host-" + HOST + "-1";
    private static final byte[] MESSAGE = bytes("record 7 of the log");

    private final Keyrings keyrings = new Keyrings();
    private final RepositoryKeys agent = keyrings.writeOnly(keyrings.created("of the owner"));
    private final HostKeys hostKeys = new HostKeys(keyrings.blobs, REPOSITORY);
    private final HostSigner signer = HostSigner.create();

    @Test
    void whatAHostSignsIsVerifiedWithoutAnyKey() {
        HostKey enrolled = hostKeys.enrol(agent, HOST, signer);

        byte[] signature = signer.sign(REPOSITORY, MESSAGE);

        assertThat(hostKeys.of(HOST, RepositoryKeys.none())).singleElement().satisfies(found -> {
            assertThat(found.hasSigned(MESSAGE, signature)).isTrue();
            assertThat(found.id()).isEqualTo(signer.id()).isEqualTo(enrolled.id());
            assertThat(found.host()).isEqualTo(HOST);
        });
    }

    @Test
    void everyFlippedBitOfMessageOrSignatureShows() {
        HostKey key = hostKeys.enrol(agent, HOST, signer);
        byte[] signature = signer.sign(REPOSITORY, MESSAGE);

        assertThat(IntStream.range(0, signature.length * Byte.SIZE))
                .noneMatch(bit -> key.hasSigned(MESSAGE, flipped(signature, bit)));
        assertThat(IntStream.range(0, MESSAGE.length * Byte.SIZE))
                .noneMatch(bit -> key.hasSigned(flipped(MESSAGE, bit), signature));
        assertThat(key.hasSigned(MESSAGE, new byte[0])).isFalse();
        assertThat(key.hasSigned(MESSAGE, new byte[65])).isFalse();
    }

    @Test
    void aSignatureHoldsInOneRepositoryAndForOneHost() {
        HostKey key = hostKeys.enrol(agent, HOST, signer);

        assertThat(key.hasSigned(MESSAGE, signer.sign(new RepositoryId("attic"), MESSAGE)))
                .isFalse();
        assertThat(key.hasSigned(MESSAGE, HostSigner.create().sign(REPOSITORY, MESSAGE)))
                .isFalse();
    }

    @Test
    void secondEnrolmentChangesNothingAndAnotherKeyIsAdded() {
        HostSigner later = HostSigner.create();
        hostKeys.enrol(agent, HOST, signer);
        hostKeys.enrol(agent, HOST, signer);

        hostKeys.enrol(agent, HOST, later);

        assertThat(hostKeys.of(HOST, agent)).extracting(HostKey::id).containsExactly(signer.id(), later.id());
    }

    /// Another process is as far, just before this one makes its record.
    @Test
    void racingEnrolmentsOfAHostLeaveEachKeyOnce() {
        for (HostSigner faster : List.of(signer, HostSigner.create())) {
            keyrings.blobs.objects.keySet().removeIf(name -> name.contains("host-"));
            var racing = new PassedOnBlobs(keyrings.blobs) {
                @Override
                public Creation createIfAbsent(BlobName name, byte[] content) {
                    hostKeys.enrol(agent, HOST, faster);
                    return super.createIfAbsent(name, content);
                }
            };

            HostKey enrolled = new HostKeys(racing, REPOSITORY).enrol(agent, HOST, signer);

            assertThat(enrolled.id()).isEqualTo(signer.id());
            assertThat(hostKeys.of(HOST, agent))
                    .extracting(HostKey::id)
                    .containsExactlyElementsOf(
                            faster == signer ? List.of(signer.id()) : List.of(faster.id(), signer.id()));
        }
    }

    /// What another has made and was not told of yet may be lost with the power, and a commit with it.
    @Test
    void aKeyThatIsFoundIsMadeToLast() {
        List<String> told = new ArrayList<>();
        var telling = new PassedOnBlobs(keyrings.blobs) {
            @Override
            public Creation createIfAbsent(BlobName name, byte[] content) {
                Creation creation = super.createIfAbsent(name, content);
                told.add(name + " " + creation);
                return creation;
            }
        };
        hostKeys.enrol(agent, HOST, signer);

        new HostKeys(telling, REPOSITORY).enrol(agent, HOST, signer);

        assertThat(told).containsExactly(OBJECT + " TAKEN");
        assertThat(hostKeys.hosts()).containsExactly(HOST);
    }

    @Test
    void everyFlippedBitOfARecordIsDamage() {
        hostKeys.enrol(agent, HOST, signer);
        byte[] record = Objects.requireNonNull(keyrings.blobs.objects.get(OBJECT));

        assertThat(IntStream.range(0, record.length * Byte.SIZE)).allSatisfy(bit -> {
            keyrings.blobs.objects.put(OBJECT, flipped(record, bit));
            assertThatThrownBy(() -> hostKeys.of(HOST, RepositoryKeys.none())).isInstanceOf(DamagedException.class);
        });
    }

    @Test
    void aKeyThatItsHolderDoesNotSignIsRefused() {
        hostKeys.enrol(agent, HOST, signer);
        var other = HostSigner.create();

        new Forgery(keyrings.blobs)
                .change(OBJECT, lines -> lines.replaceFirst("signature .*", "signature " + other.id() + " 00"));

        assertThatThrownBy(() -> hostKeys.of(HOST, RepositoryKeys.none()))
                .isInstanceOf(DamagedException.class)
                .hasMessage("key 1 of host " + HOST + " in repository cellar is damaged: "
                        + "expected a signature by itself, found another or none");
    }

    /// It looks well to all who have no key.
    @Test
    void whoMerelyReachesTheStorageEnrolsNobody() {
        hostKeys.enrol(RepositoryKeys.none(), HOST, signer);

        assertThat(hostKeys.of(HOST, RepositoryKeys.none())).hasSize(1);
        assertThatThrownBy(() -> hostKeys.of(HOST, agent))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("voucher is damaged");
    }

    @Test
    void aVoucherIsForOneHostAndOneRepository() {
        RepositoryKeys other = new Keyrings().created("of another");

        hostKeys.enrol(other, HOST, signer);

        assertThatThrownBy(() -> hostKeys.of(HOST, agent))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("expected a voucher by the id key");
    }

    @Test
    void aRecordCopiedToAnotherHostIsRefused() {
        var other = new HostId(new UUID(5, 7));
        hostKeys.enrol(agent, HOST, signer);

        byte[] record = Objects.requireNonNull(keyrings.blobs.objects.get(OBJECT));
        keyrings.blobs.objects.put("keys/host-" + other + "-1", record);

        assertThatThrownBy(() -> hostKeys.of(other, agent)).isInstanceOf(DamagedException.class);
    }

    @Test
    void aSigningKeySurvivesInItsFileAndIsNotOverwritten(@TempDir Path folder) {
        Path file = folder.resolve("host.key");
        signer.writeTo(file);

        HostSigner read = HostSigner.read(file);

        HostKey key = hostKeys.enrol(agent, HOST, signer);
        assertThat(key.hasSigned(MESSAGE, read.sign(REPOSITORY, MESSAGE))).isTrue();
        assertThatThrownBy(() -> HostSigner.create().writeTo(file)).isInstanceOf(KeyRefused.class);
        assertThatThrownBy(() -> RecoveryKey.read(file)).isInstanceOf(DamagedException.class);
    }
}
