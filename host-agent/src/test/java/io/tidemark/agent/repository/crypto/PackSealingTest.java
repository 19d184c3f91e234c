package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.PACK;
import static io.tidemark.agent.repository.crypto.Keyrings.REPOSITORY;
import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.flipped;
import static io.tidemark.agent.repository.crypto.Keyrings.label;
import static io.tidemark.agent.repository.crypto.Keyrings.open;
import static io.tidemark.agent.repository.crypto.Keyrings.passphrase;
import static io.tidemark.agent.repository.crypto.Keyrings.seal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.id.RepositoryId;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackSealingTest {
    private static final byte[] PLAIN = bytes("what a guest wrote");

    private final Keyrings keyrings = new Keyrings();
    private final RepositoryKeys keys = keyrings.created("of the owner");
    private final PackSealer sealer = keys.sealer(PACK);

    @Test
    void entriesComeBack() {
        byte[] first = seal(sealer, label(PACK, 0), PLAIN);
        byte[] second = seal(sealer, label(PACK, 1), new byte[0]);

        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThat(open(opener, label(PACK, 1), second)).isEmpty();
        assertThat(open(opener, label(PACK, 0), first)).isEqualTo(PLAIN);
        assertThat(first).hasSize(PLAIN.length + PackSealer.MORE_BYTES);
    }

    @Test
    void entriesComeBackFromTheMiddleOfWhatWasRead() {
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);
        byte[] read = Bytes.join(new byte[5], sealed, new byte[7]);

        byte[] opened = keys.opener(PACK, sealer.keySection()).open(label(PACK, 0), read, 5, sealed.length);

        assertThat(opened).isEqualTo(PLAIN);
    }

    @Test
    void manyThreadsOpenAtOnce() {
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);
        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThat(IntStream.range(0, 2000).parallel().mapToObj(_ -> open(opener, label(PACK, 0), sealed)))
                .allMatch(opened -> Arrays.equals(opened, PLAIN));
    }

    @Test
    void aLengthThatADirectoryInventedIsDamage() {
        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThatThrownBy(() -> opener.open(label(PACK, 0), PLAIN, 1, Integer.MAX_VALUE))
                .isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> opener.open(label(PACK, 0), PLAIN, 0, 3)).isInstanceOf(DamagedException.class);
    }

    @Test
    void equalChunksOfOnePackAndPacksOfEqualChunksLookDifferent() {
        byte[] first = seal(sealer, label(PACK, 0), PLAIN);
        byte[] second = seal(sealer, label(PACK, 1), PLAIN);
        byte[] elsewhere = seal(keys.sealer(PACK), label(PACK, 0), PLAIN);

        assertThat(first).isNotEqualTo(second).isNotEqualTo(elsewhere);
    }

    @Test
    void everyFlippedBitOfAnEntryIsRefused() {
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);
        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThat(IntStream.range(0, sealed.length * Byte.SIZE))
                .allSatisfy(bit -> assertThatThrownBy(() -> open(opener, label(PACK, 0), flipped(sealed, bit)))
                        .isInstanceOf(DamagedException.class));
    }

    @Test
    void everyFlippedBitOfTheKeySectionIsRefused() {
        byte[] section = sealer.keySection();

        assertThat(IntStream.range(0, section.length * Byte.SIZE))
                .allSatisfy(bit -> assertThatThrownBy(() -> keys.opener(PACK, flipped(section, bit)))
                        .isInstanceOf(RepositoryException.class));
    }

    @Test
    void everyCutOfTheKeySectionIsRefused() {
        byte[] section = sealer.keySection();

        assertThat(section).hasSizeLessThanOrEqualTo(PackOpener.KEY_SECTION_BYTES_MAX);
        assertThat(IntStream.range(0, section.length))
                .allSatisfy(length -> assertThatThrownBy(() -> keys.opener(PACK, Arrays.copyOf(section, length)))
                        .isInstanceOf(DamagedException.class));
    }

    @ParameterizedTest
    @MethodSource("otherLabels")
    void anEntryOpensUnderNoOtherLabel(EntryLabel other) {
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);
        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThatThrownBy(() -> open(opener, other, sealed)).isInstanceOf(DamagedException.class);
    }

    /// Each bit of each field, flipped; the pack has a test of its own.
    static Stream<EntryLabel> otherLabels() {
        EntryLabel own = label(PACK, 0);
        byte[] id = own.id().bytes();
        Stream<EntryLabel> numbers = IntStream.range(0, Integer.SIZE - 1)
                .mapToObj(bit -> 1 << bit)
                .flatMap(flip -> Stream.of(
                        new EntryLabel(PACK, flip, own.codec(), own.lengthBytes(), own.id()),
                        new EntryLabel(PACK, 0, own.codec() ^ flip, own.lengthBytes(), own.id()),
                        new EntryLabel(PACK, 0, own.codec(), own.lengthBytes() ^ flip, own.id())));
        Stream<EntryLabel> ids = IntStream.range(0, Digest.LENGTH_BYTES * Byte.SIZE)
                .mapToObj(bit ->
                        new EntryLabel(PACK, 0, own.codec(), own.lengthBytes(), Digest.ofBytes(flipped(id, bit))));
        return Stream.concat(numbers, ids);
    }

    @ParameterizedTest
    @MethodSource("otherPacks")
    void aPackUnderAnotherNameIsRefused(PackId other) {
        byte[] section = sealer.keySection();

        assertThatThrownBy(() -> keys.opener(other, section))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("key section of pack " + other);
    }

    static Stream<PackId> otherPacks() {
        return Stream.of(
                new PackId(PACK.session(), PACK.number() + 1),
                new PackId(new SessionId(new UUID(1, 3)), PACK.number()),
                new PackId(new SessionId(new UUID(0, 2)), PACK.number()));
    }

    @Test
    void entriesSwappedBetweenPacksOrPlacesAreRefused() {
        var otherPack = new PackId(PACK.session(), 4);
        PackSealer otherSealer = keys.sealer(otherPack);
        byte[] first = seal(sealer, label(PACK, 0), PLAIN);
        byte[] second = seal(sealer, label(PACK, 1), PLAIN);
        byte[] elsewhere = seal(otherSealer, label(otherPack, 0), PLAIN);
        PackOpener opener = keys.opener(PACK, sealer.keySection());

        assertThatThrownBy(() -> open(opener, label(PACK, 0), second)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> open(opener, label(PACK, 1), first)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> open(opener, label(PACK, 0), elsewhere)).isInstanceOf(DamagedException.class);
    }

    /// The keyring of one repository, copied into another, by its passphrase opens nothing there either.
    @Test
    void aPackOfAnotherRepositoryIsRefused() {
        RepositoryKeys other = RepositoryKeys.ofRecovery(new RepositoryId("attic"), keyrings.recovery);
        RepositoryKeys own = RepositoryKeys.ofRecovery(REPOSITORY, keyrings.recovery);
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);
        byte[] section = sealer.keySection();

        assertThat(open(own.opener(PACK, section), label(PACK, 0), sealed)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> other.opener(PACK, section)).isInstanceOf(DamagedException.class);
    }

    @Test
    void noNumberIsSealedTwiceAndNoneIsLeftOut() {
        seal(sealer, label(PACK, 0), PLAIN);

        assertThatThrownBy(() -> seal(sealer, label(PACK, 0), PLAIN)).isInstanceOf(SessionUnusable.class);
        assertThatThrownBy(() -> seal(sealer, label(PACK, 2), PLAIN)).isInstanceOf(SessionUnusable.class);
    }

    @Test
    void aNumberWhoseSealingFailedIsUsedUp() {
        byte[] tooShort = new byte[PLAIN.length];

        assertThatThrownBy(() -> sealer.seal(label(PACK, 0), PLAIN, PLAIN.length, tooShort))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> seal(sealer, label(PACK, 0), PLAIN)).isInstanceOf(SessionUnusable.class);
    }

    @Test
    void anEntryOfAnotherPackIsNotSealed() {
        var other = new PackId(PACK.session(), 4);

        assertThatThrownBy(() -> seal(sealer, label(other, 0), PLAIN)).isInstanceOf(SessionUnusable.class);
    }

    @Test
    void whoMayOnlyWriteCannotReadWhatHeWrote() {
        RepositoryKeys agent = keyrings.writeOnly(keys);
        PackSealer ownSealer = agent.sealer(PACK);
        byte[] sealed = seal(ownSealer, label(PACK, 0), PLAIN);
        byte[] section = ownSealer.keySection();

        assertThat(agent.canSeal()).isTrue();
        assertThat(agent.canOpen()).isFalse();
        assertThatThrownBy(() -> agent.opener(PACK, section))
                .isInstanceOf(KeyRefused.class)
                .hasMessage("write-only keys of repository cellar, generation 1: expected a private key to open pack "
                        + PACK + ", found none");
        assertThat(open(keys.opener(PACK, section), label(PACK, 0), sealed)).isEqualTo(PLAIN);
    }

    @Test
    void theRecoveryKeyOpensAndDoesNotSeal() {
        byte[] sealed = seal(sealer, label(PACK, 0), PLAIN);

        RepositoryKeys recovered = keyrings.keyring.unlock(keyrings.recovery);

        assertThat(open(recovered.opener(PACK, sealer.keySection()), label(PACK, 0), sealed))
                .isEqualTo(PLAIN);
        assertThat(recovered.ids().of(PLAIN, 0, 3)).isEqualTo(keys.ids().of(PLAIN, 0, 3));
        assertThat(recovered.canSeal()).isFalse();
        assertThatThrownBy(() -> recovered.sealer(PACK)).isInstanceOf(KeyRefused.class);
        assertThatThrownBy(() -> recovered.sealText(PLAIN, PLAIN)).isInstanceOf(KeyRefused.class);
    }

    @Test
    void thePackNeedsTheKeyringOfItsOwnRepository() {
        RepositoryKeys other = new Keyring(new MemoryBlobs(), REPOSITORY)
                .create(passphrase("of the owner"), RecoveryKey.create().publicHalf());
        byte[] section = sealer.keySection();

        assertThatThrownBy(() -> other.opener(PACK, section))
                .isInstanceOf(KeyRefused.class)
                .hasMessage("key section of pack " + PACK
                        + ": expected a private key of one of its 2 recipients, found 1 others");
    }

    @Test
    void withoutProtectionEntriesStayAsTheyAre() {
        PackSealer plain = RepositoryKeys.none().sealer(PACK);
        byte[] stored = seal(plain, label(PACK, 0), PLAIN);
        PackOpener opener = RepositoryKeys.none().opener(PACK, plain.keySection());

        assertThat(plain.isProtecting()).isFalse();
        assertThat(plain.keySection()).isEmpty();
        assertThat(stored).isEqualTo(PLAIN);
        assertThat(open(opener, label(PACK, 0), stored)).isEqualTo(PLAIN);
    }

    @Test
    void aKeySectionWithoutProtectionAndNoneWithItAreDamage() {
        byte[] section = sealer.keySection();

        assertThatThrownBy(() -> RepositoryKeys.none().opener(PACK, section)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> keys.opener(PACK, new byte[0])).isInstanceOf(DamagedException.class);
    }

    @Test
    void idsDifferBetweenRepositories() {
        RepositoryKeys other = new Keyring(new MemoryBlobs(), REPOSITORY)
                .create(passphrase("of the owner"), keyrings.recovery.publicHalf());
        Digest plain = RepositoryKeys.none().ids().of(PLAIN, 0, PLAIN.length);
        Digest own = keys.ids().of(PLAIN, 0, PLAIN.length);

        assertThat(plain).isEqualTo(Digest.of(PLAIN));
        assertThat(own).isNotEqualTo(plain).isNotEqualTo(other.ids().of(PLAIN, 0, PLAIN.length));
        assertThat(own).isEqualTo(keyrings.writeOnly(keys).ids().of(PLAIN, 0, PLAIN.length));
    }

    @Test
    void warmingUpSealsAndOpens() {
        CryptoWarmUp.run();
    }
}
