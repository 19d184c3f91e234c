package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.PACK;
import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.passphrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tidemark.schemas.id.HostId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No key is printed by a handle, told by an error or stored in the clear.
class SilenceTest {
    private static final String PASSPHRASE = "correct horse";

    private final Keyrings keyrings = new Keyrings();
    private final RepositoryKeys owner = keyrings.created(PASSPHRASE);
    private final RepositoryKeys agent = keyrings.writeOnly(owner);
    private final HostSigner signer = HostSigner.create();

    @Test
    void handlesPrintWhatTheyMayDo() {
        assertThat(List.of(owner, agent, keyrings.keyring.unlock(keyrings.recovery), RepositoryKeys.none()))
                .extracting(RepositoryKeys::toString)
                .containsExactly(
                        "full keys of repository cellar, generation 1",
                        "write-only keys of repository cellar, generation 1",
                        "recovery keys of repository cellar, generation 0",
                        "keys of a repository without protection");
    }

    @Test
    void nothingPrintsAKey() {
        GenerationKeys secrets = owner.requireOwned();
        PackSealer sealer = owner.sealer(PACK);
        String printed = Stream.of(
                        owner,
                        agent,
                        owner.ids(),
                        owner.requireIdKey(),
                        sealer,
                        owner.opener(PACK, sealer.keySection()),
                        secrets,
                        secrets.wrap(passphrase(PASSPHRASE), Keyring.Role.FULL),
                        Wrap.Content.of(
                                Keyring.Role.FULL,
                                secrets.secret(),
                                secrets.root().getPublic()),
                        new Aead(secrets.secret()),
                        passphrase(PASSPHRASE),
                        keyrings.recovery,
                        keyrings.recovery.publicHalf(),
                        keyrings.keyring,
                        signer)
                .map(Object::toString)
                .reduce("", String::concat);

        assertThat(secrets()).allSatisfy(secret -> assertThat(printed).doesNotContain(secret));
    }

    @Test
    void noErrorTellsAKey(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("recovery.key");
        keyrings.recovery.writeTo(file);
        String lines = Files.readString(file);
        byte[] section = owner.sealer(PACK).keySection();
        new Forgery(keyrings.blobs).change("keys/wrap-1", text -> text.replace("\"lanes\":1", "\"lanes\":0"));

        String told = told(() -> keyrings.keyring.unlock(passphrase("x" + PASSPHRASE)))
                + told(() -> agent.opener(PACK, section))
                + told(() -> HostSigner.read(file))
                + told(() -> RecoveryKey.read(Files.writeString(file, lines.replace("sha256", "sha-256"))))
                + told(() -> RecoveryKey.read(Files.writeString(file, lines.replace("{", "{{"))))
                + told(() -> RecoveryKey.PublicHalf.ofHex("x" + lines))
                + told(() -> Credential.ofPassphrase(PASSPHRASE.repeat(100).toCharArray()));

        assertThat(secrets()).allSatisfy(secret -> assertThat(told).doesNotContain(secret));
    }

    @Test
    void noObjectHoldsAKeyInTheClear() {
        owner.sealer(PACK);
        new HostKeys(keyrings.blobs, Keyrings.REPOSITORY).enrol(agent, new HostId(new UUID(5, 6)), signer);

        assertThat(keyrings.blobs.objects.values())
                .hasSize(3)
                .allSatisfy(object -> assertThat(secrets())
                        .allSatisfy(secret -> assertThat(new String(object, StandardCharsets.UTF_8))
                                .doesNotContain(secret)));
    }

    /// Each secret as it may be printed.
    private Stream<String> secrets() {
        GenerationKeys secrets = owner.requireOwned();
        return Stream.of(
                        bytes(PASSPHRASE),
                        secrets.secret(),
                        secrets.writeSecret(),
                        Curve.raw(secrets.sealing().getPrivate()),
                        Curve.raw(secrets.root().getPrivate()),
                        Curve.raw(keyrings.recovery.pair().getPrivate()),
                        Curve.raw(signer.pair().getPrivate()))
                .flatMap(secret -> Stream.of(
                        new String(secret, StandardCharsets.ISO_8859_1),
                        HexFormat.of().formatHex(secret),
                        HexFormat.of().withUpperCase().formatHex(secret),
                        Base64.getEncoder().encodeToString(secret),
                        Arrays.toString(secret)));
    }

    private static String told(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isNotNull();
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
