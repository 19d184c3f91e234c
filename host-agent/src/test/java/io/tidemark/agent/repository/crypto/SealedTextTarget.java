package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import java.util.Arrays;
import java.util.List;

/// A sealed text, as the owner of its repository and whoever has the recovery key open it.
public final class SealedTextTarget implements FuzzTarget {
    private static final byte[] CONTEXT = Keyrings.bytes("point 1");

    private final Keyring keyring = Keyrings.golden().keyring;
    private final RepositoryKeys owner = keyring.unlock(Keyrings.passphrase("of the next owner"));
    private final RepositoryKeys recovery = keyring.unlock(RecoveryKey.read(Keyrings.goldenFile("recovery.key")));

    @Override
    public String name() {
        return "sealed-text";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(owner.sealText(Keyrings.bytes("<domain/>"), CONTEXT), owner.sealText(new byte[0], CONTEXT));
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        byte[] text;
        try {
            text = owner.openText(bytes, CONTEXT);
        } catch (RepositoryException refused) {
            return false;
        }
        if (!Arrays.equals(recovery.openText(bytes, CONTEXT), text)) {
            throw new IllegalStateException("the recovery key opens another text");
        }
        if (!Arrays.equals(owner.openText(owner.sealText(text, CONTEXT), CONTEXT), text)) {
            throw new IllegalStateException("another text when sealed again");
        }
        return true;
    }
}
