package io.tidemark.agent.repository.crypto;

import static io.tidemark.agent.repository.crypto.Keyrings.bytes;
import static io.tidemark.agent.repository.crypto.Keyrings.flipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealedTextTest {
    private static final byte[] XML = bytes("<domain/>");
    private static final byte[] CONTEXT = bytes("point 1, domain XML");

    private final Keyrings keyrings = new Keyrings();
    private final RepositoryKeys keys = keyrings.created("of the owner");

    @Test
    void aTextComesBackToOwnerAndRecoveryKey() {
        byte[] sealed = keyrings.writeOnly(keys).sealText(XML, CONTEXT);

        assertThat(keys.openText(sealed, CONTEXT)).isEqualTo(XML);
        assertThat(keyrings.keyring.unlock(keyrings.recovery).openText(sealed, CONTEXT))
                .isEqualTo(XML);
    }

    @Test
    void whoMayOnlyWriteCannotReadIt() {
        RepositoryKeys agent = keyrings.writeOnly(keys);
        byte[] sealed = agent.sealText(XML, CONTEXT);

        assertThatThrownBy(() -> agent.openText(sealed, CONTEXT)).isInstanceOf(KeyRefused.class);
    }

    @Test
    void aTextOpensInNoOtherPlace() {
        byte[] sealed = keys.sealText(XML, CONTEXT);

        assertThatThrownBy(() -> keys.openText(sealed, bytes("point 2, domain XML")))
                .isInstanceOf(DamagedException.class)
                .hasMessageStartingWith("key section of sealed text is damaged");
    }

    @Test
    void everyFlippedBitIsRefused() {
        byte[] sealed = keys.sealText(XML, CONTEXT);

        assertThat(IntStream.range(0, sealed.length * Byte.SIZE))
                .allSatisfy(bit -> assertThatThrownBy(() -> keys.openText(flipped(sealed, bit), CONTEXT))
                        .isInstanceOf(RepositoryException.class));
    }

    @Test
    void everyCutIsRefused() {
        byte[] sealed = keys.sealText(XML, CONTEXT);

        assertThat(IntStream.range(0, sealed.length))
                .allSatisfy(length -> assertThatThrownBy(() -> keys.openText(Arrays.copyOf(sealed, length), CONTEXT))
                        .isInstanceOf(DamagedException.class));
    }

    @Test
    void withoutProtectionATextStaysAsItIs() {
        RepositoryKeys none = RepositoryKeys.none();

        assertThat(none.sealText(XML, CONTEXT)).isEqualTo(XML);
        assertThat(none.openText(XML, CONTEXT)).isEqualTo(XML);
    }
}
