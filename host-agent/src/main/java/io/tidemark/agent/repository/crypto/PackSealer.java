package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import org.jspecify.annotations.Nullable;

/// Seals the entries of one pack, in their order, with a key of the pack's own; in a repository without protection
/// it copies. A number is used up by its first try, so no nonce meets two texts. One thread at a time.
public final class PackSealer {
    /// How many bytes an entry grows by at most.
    public static final int MORE_BYTES = Aead.TAG_BYTES;

    private final PackId pack;
    private final Scope scope;
    private final @Nullable SealedKey key;
    // not final: it counts
    private int next;

    PackSealer(PackId pack, Scope scope, @Nullable SealedKey key) {
        this.pack = pack;
        this.scope = scope;
        this.key = key;
    }

    /// False: entries may be written as they are, without a call of {@link #seal}.
    public boolean isProtecting() {
        return key != null;
    }

    /// What goes into the pack's header and opens it; empty without protection.
    public byte[] keySection() {
        return key == null ? new byte[0] : key.section();
    }

    /// Seals the first `length` bytes of `in` into `out`, another array with {@link #MORE_BYTES} to spare, and
    /// returns how many they became. Labels are of this pack, and their numbers grow by one from 0.
    public int seal(EntryLabel label, byte[] in, int length, byte[] out) {
        if (!label.pack().equals(pack) || label.entry() != next) {
            throw new SessionUnusable("pack " + pack + ": expected its entry " + next + " to seal, found " + label);
        }
        next++;
        if (key == null) {
            System.arraycopy(in, 0, out, 0, length);
            return length;
        }
        return key.cipher().seal(label.in(scope), in, length, out);
    }
}
