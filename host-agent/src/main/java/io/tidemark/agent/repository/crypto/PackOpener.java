package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/// Opens entries of one pack, in any order and on any thread; in a repository without protection it copies, and
/// checks nothing.
public final class PackOpener {
    /// How long a key section is at most.
    public static final int KEY_SECTION_BYTES_MAX = SealedKey.LENGTH_BYTES_MAX;

    private final PackId pack;
    private final Scope scope;
    private final @Nullable SealedKey key;

    PackOpener(PackId pack, Scope scope, @Nullable SealedKey key) {
        this.pack = pack;
        this.scope = scope;
        this.key = key;
    }

    /// The bytes that were sealed under this label and now lie at `offset` of `stored`. Others are damaged, and
    /// none of them are handed out.
    public byte[] open(EntryLabel label, byte[] stored, int offset, int length) {
        if (!label.pack().equals(pack)) {
            throw new IllegalArgumentException("pack " + pack + ": expected an entry of it, found " + label);
        }
        if (offset < 0 || length < 0 || offset > stored.length - length) {
            throw new DamagedException(
                    label.toString(), length + " bytes from " + offset + " on", stored.length + " bytes");
        }
        if (key == null) {
            return Arrays.copyOfRange(stored, offset, offset + length);
        }
        try {
            return key.cipher().open(label.in(scope), stored, offset, length);
        } catch (AEADBadTagException _) {
            throw new DamagedException(label.toString(), "bytes sealed as this entry", "other bytes");
        }
    }
}
