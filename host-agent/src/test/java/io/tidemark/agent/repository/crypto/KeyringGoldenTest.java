package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.PACK;
import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.label;
import static io.tidemark.agent.repository.crypto.Keyrings.open;
import static io.tidemark.agent.repository.crypto.Keyrings.passphrase;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the first writer of version 1 wrote is read for ever.
class KeyringGoldenTest {
    private final Keyrings keyrings = Keyrings.golden();
    private final Properties sealed = new Properties();

    @BeforeEach
    void stored() throws IOException {
        try (Reader in = Files.newBufferedReader(Keyrings.goldenFile("sealed.properties"))) {
            sealed.load(in);
        }
    }

    @Test
    void theNewOwnerReadsOldPacks() {
        RepositoryKeys keys = keyrings.keyring.unlock(passphrase("of the next owner"));

        PackOpener opener = keys.opener(PACK, stored("section"));

        assertThat(keys.generation()).isEqualTo(2);
        assertThat(open(opener, label(PACK, 0), stored("entry"))).isEqualTo(bytes("what a guest wrote"));
        assertThat(keys.openText(stored("text"), bytes("point 1"))).isEqualTo(bytes("<domain/>"));
    }

    @Test
    void theRecoveryKeyReadsAll() {
        RepositoryKeys keys = keyrings.keyring.unlock(RecoveryKey.read(Keyrings.goldenFile("recovery.key")));

        PackOpener opener = keys.opener(PACK, stored("section"));

        assertThat(open(opener, label(PACK, 0), stored("entry"))).isEqualTo(bytes("what a guest wrote"));
        assertThat(keys.openText(stored("text"), bytes("point 1"))).isEqualTo(bytes("<domain/>"));
    }

    @Test
    void theAgentFindsItsChunksAndItsSignature() {
        RepositoryKeys agent = keyrings.keyring.unlock(passphrase("of the agent"));

        HostKey host = new HostKeys(keyrings.blobs, Keyrings.REPOSITORY)
                .of(Keyrings.GOLDEN_HOST, agent)
                .getFirst();

        assertThat(agent.ids().of(bytes("chunk"), 0, 5).hex()).isEqualTo(sealed.getProperty("id"));
        assertThat(host.hasSigned(bytes("record 7"), stored("signature"))).isTrue();
    }

    private byte[] stored(String name) {
        return HexFormat.of().parseHex(sealed.getProperty(name));
    }
}
