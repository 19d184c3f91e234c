package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.REPOSITORY;
import static io.tidemark.agent.repository.crypto.Keyrings.flipped;
import static io.tidemark.agent.repository.crypto.Keyrings.passphrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.schemas.id.RepositoryId;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a storage may do to a keyring: bits that flip, and somebody who knows the formats.
class KeyringForgeryTest {
    private static final String FIRST = "keys/generation-1";
    private static final String SECOND = "keys/generation-2";
    private static final String WRAP = "keys/wrap-1";

    private final Keyrings keyrings = new Keyrings();
    private final RepositoryKeys oldOwner = keyrings.created("old");
    private final Forgery forgery = new Forgery(keyrings.blobs);

    @BeforeEach
    void twoGenerationsAndAnAgentFromBefore() {
        keyrings.writeOnly(oldOwner);
        keyrings.keyring.rotate(oldOwner, passphrase("new"), keyrings.recovery.publicHalf());
    }

    /// A step of 7 meets each place of a byte, and saves time where signatures are verified first.
    @ParameterizedTest
    @CsvSource({FIRST + ",1", SECOND + ",7", WRAP + ",7"})
    void flippedBitsAreDamage(String object, int step) {
        byte[] record = Objects.requireNonNull(keyrings.blobs.objects.get(object));

        assertThat(IntStream.range(0, record.length * Byte.SIZE).filter(bit -> bit % step == 0))
                .allSatisfy(bit -> {
                    forgery.replace(object, flipped(record, bit));
                    assertThatThrownBy(this::unlockAgent).isInstanceOf(DamagedException.class);
                });
    }

    /// With the digest put right, and each character replaced by one that JSON, numbers and digits know.
    @ParameterizedTest
    @MethodSource("changes")
    void noChangedCharacterLetsTheAgentIn(String object, char replacement) {
        byte[] record = Objects.requireNonNull(keyrings.blobs.objects.get(object));
        String text = forgery.text(object);

        assertThat(IntStream.range(0, text.indexOf("sha256 ")).filter(at -> text.charAt(at) != replacement))
                .allSatisfy(at -> {
                    forgery.replace(object, record);
                    forgery.change(object, lines -> lines.substring(0, at) + replacement + lines.substring(at + 1));
                    assertThatThrownBy(this::unlockAgent).isInstanceOf(RepositoryException.class);
                });
    }

    static Stream<Arguments> changes() {
        return Stream.concat(
                "\"0{\n-"
                        .chars()
                        .mapToObj(each -> (char) each)
                        .flatMap(each -> Stream.of(Arguments.of(FIRST, each), Arguments.of(WRAP, each))),
                Stream.of(Arguments.of(SECOND, '0'), Arguments.of(SECOND, '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"publicKey", "recoveryKey", "rootKey"})
    void aPublicKeyOfAnotherIsRefused(String field) {
        String own = Forgery.json(Objects.requireNonNull(keyrings.blobs.objects.get(SECOND)))
                .get(field)
                .asText();
        String other = RecoveryKey.create().publicHalf().hex();

        forgery.change(SECOND, lines -> lines.replace(own, other));

        assertThatThrownBy(this::unlockAgent)
                .isInstanceOf(DamagedException.class)
                .hasMessage("keys of repository cellar, generation 2 is damaged: "
                        + "expected a signature by the root key before it, found another or none");
    }

    @Test
    void anotherNextGenerationIsRefused() {
        GenerationKeys others = GenerationKeys.fresh(REPOSITORY, 1);
        byte[] otherFirst = Generation.first(
                REPOSITORY, others, passphrase("other"), RecoveryKey.create().publicHalf());
        byte[] otherSecond = Generation.read(REPOSITORY, 1, otherFirst, null)
                .next(
                        others,
                        GenerationKeys.fresh(REPOSITORY, 2),
                        passphrase("other"),
                        RecoveryKey.create().publicHalf());

        forgery.replace(SECOND, otherSecond);

        assertThatThrownBy(this::unlockAgent).isInstanceOf(DamagedException.class);
    }

    /// Its signature is right, and that of the next one as well.
    @Test
    void anEarlierGenerationThatItsOwnerRewroteIsRefused() {
        ObjectNode first = Forgery.json(Objects.requireNonNull(keyrings.blobs.objects.get(FIRST)));
        first.put("publicKey", RecoveryKey.create().publicHalf().hex());

        forgery.replace(
                FIRST,
                RecordText.write(
                        Generation.HEADER, first, oldOwner.requireOwned().root()));

        assertThatThrownBy(this::unlockAgent)
                .isInstanceOf(DamagedException.class)
                .hasMessage("keys of repository cellar, generation 2 is damaged: "
                        + "expected the digest of the generation before it, found another");
    }

    /// All is signed and whole, and what credentials open is the true thing: only the public keys are others.
    @Test
    void anotherKeyringAroundTheTrueSecretsIsRefused() {
        GenerationKeys others = GenerationKeys.fresh(REPOSITORY, 1);
        ObjectNode own = Forgery.json(Objects.requireNonNull(keyrings.blobs.objects.get(FIRST)));
        ObjectNode forged = Forgery.json(Generation.first(
                REPOSITORY, others, passphrase("other"), RecoveryKey.create().publicHalf()));
        forged.setAll(own.deepCopy().retain("wraps", "idKey", "keyPairs"));
        keyrings.blobs.objects.remove(SECOND);

        forgery.replace(FIRST, RecordText.write(Generation.HEADER, forged, others.root()));

        String message = "keys of repository cellar, generation 1 is damaged: "
                + "expected the root key that its wrap names, found another";
        assertThatThrownBy(() -> keyrings.keyring.unlock(passphrase("old"))).hasMessage(message);
        assertThatThrownBy(this::unlockAgent).hasMessage(message);
    }

    @Test
    void anotherKeyringAsAWholeOpensWithNoTrueKey() {
        keyrings.blobs.objects.clear();
        new Keyring(keyrings.blobs, REPOSITORY)
                .create(passphrase("other"), RecoveryKey.create().publicHalf());

        assertThatThrownBy(() -> keyrings.keyring.unlock(passphrase("old"))).isInstanceOf(KeyRefused.class);
    }

    @Test
    void aKeyringOfAnotherRepositoryIsRefused() {
        var attic = new Keyring(keyrings.blobs, new RepositoryId("attic"));

        assertThatThrownBy(() -> attic.unlock(passphrase("new")))
                .isInstanceOf(DamagedException.class)
                .hasMessageStartingWith("keys of repository attic, generation 1: repository is damaged");
    }

    @Test
    void aWrapIsNotTakenForOneOfAnotherRoleOrGeneration() {
        forgery.change(WRAP, lines -> lines.replace("\"write-only\"", "\"full\""));
        assertThatThrownBy(this::unlockAgent).isInstanceOf(KeyRefused.class);

        forgery.change(
                WRAP,
                lines -> lines.replace("\"full\"", "\"write-only\"").replace("\"generation\":1", "\"generation\":2"));
        assertThatThrownBy(this::unlockAgent).isInstanceOf(KeyRefused.class);
    }

    @Test
    void aDamagedWrapHindersOnlyWhoNeedsIt() {
        forgery.change(WRAP, lines -> lines.replace("argon2id", "argon2ix"));

        assertThat(keyrings.keyring.unlock(passphrase("new")).canOpen()).isTrue();
        assertThatThrownBy(this::unlockAgent)
                .isInstanceOf(DamagedException.class)
                .hasMessage("keys of repository cellar, wrap 1: wrap: derivation is damaged: "
                        + "expected argon2id or hkdf-sha256, found something else");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"memoryKib\":8,', '\"memoryKib\":262145,', memoryKib",
        "'\"memoryKib\":8,', '\"memoryKib\":2147483648,', memoryKib",
        "'\"memoryKib\":8,', '\"memoryKib\":7,', memoryKib",
        "'\"memoryKib\":8,', '\"memoryKib\":-8,', memoryKib",
        "'\"passes\":1,', '\"passes\":17,', passes",
        "'\"lanes\":1,', '\"lanes\":9,', lanes",
        "'\"lanes\":1,', '\"lanes\":1.0,', lanes"
    })
    void costsBeyondTheLimitsAreRefusedUnread(String own, String other, String field) {
        forgery.change(WRAP, lines -> lines.replace(own, other));

        assertThatThrownBy(this::unlockAgent)
                .isInstanceOf(DamagedException.class)
                .hasMessageStartingWith("keys of repository cellar, wrap 1: wrap: " + field + " is damaged");
    }

    @ParameterizedTest
    @CsvSource({"262145,1,1", "8,17,1", "8,0,1", "128,1,9", "8,1,0", "15,1,2", "-1,1,1"})
    void costsHaveLimits(int memoryKib, int passes, int lanes) {
        assertThatThrownBy(() -> new Argon2Cost(memoryKib, passes, lanes)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("noRecords")
    void whatIsNoRecordIsDamage(String lines) {
        forgery.change(FIRST, _ -> lines);

        assertThatThrownBy(this::unlockAgent).isInstanceOf(DamagedException.class);
    }

    static Stream<String> noRecords() {
        String header = Generation.HEADER + "\n";
        return Stream.of(
                "",
                header,
                "tidemark-keys 2\n{}\n",
                header + "{}\n",
                header + "[]\n",
                header + "null\n",
                header + "\n",
                header + "{} {}\n",
                header + "{\"type\":\"generation\",\"type\":\"generation\"}\n",
                header + "{\"type\":" + "[".repeat(9) + "]".repeat(9) + "}\n",
                header + "{\"number\":" + "9".repeat(2000) + "}\n",
                header + "{\"type\":\"" + "x".repeat(RecordText.BYTES_MAX) + "\"}\n",
                header + "{}\nsignature\n",
                header + "{}\r\n");
    }

    private RepositoryKeys unlockAgent() {
        return keyrings.keyring.unlock(passphrase("of the agent"));
    }
}
