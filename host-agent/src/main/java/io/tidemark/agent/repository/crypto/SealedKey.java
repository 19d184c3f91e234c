package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/// A key made for one pack or one text, and its *key section*: the key, sealed to each of its recipients.
///
/// ```
/// 8    magic "TDMKKEYS"
/// 1    number of recipients, 1 to 8
/// 96   a recipient: 16 id of its public key, 80 the fresh key sealed to it as in Hpke, with the scope as info
/// 32   HMAC-SHA-256 of all before, with a key made from the fresh one
/// ```
///
/// The HMAC ends what AES-GCM leaves open: that a writer hands two recipients two keys that both open.
final class SealedKey {
    private static final byte[] MAGIC = "TDMKKEYS".getBytes(StandardCharsets.US_ASCII);
    private static final int RECIPIENTS_MAX = 8;
    private static final int FIXED_BYTES = MAGIC.length + 1;
    private static final int FOR_RECIPIENT_BYTES = Aead.KEY_BYTES + Hpke.MORE_BYTES;
    private static final int RECIPIENT_BYTES = KeyId.LENGTH_BYTES + FOR_RECIPIENT_BYTES;

    static final int LENGTH_BYTES_MAX = lengthBytes(RECIPIENTS_MAX);

    private final byte[] section;
    private final Aead cipher;

    private SealedKey(byte[] section, byte[] fresh, Scope scope) {
        this.section = section;
        this.cipher = new Aead(Hkdf.keyFor(fresh, scope.use("entries")));
    }

    /// A fresh key by chance alone, never by what it seals.
    static SealedKey fresh(List<PublicKey> recipients, Scope scope) {
        if (recipients.isEmpty() || recipients.size() > RECIPIENTS_MAX) {
            throw new IllegalArgumentException("key of " + scope.thing() + ": expected 1 to " + RECIPIENTS_MAX
                    + " recipients, found " + recipients.size());
        }
        byte[] fresh = Bytes.random(Aead.KEY_BYTES);
        ByteBuffer section = ByteBuffer.allocate(lengthBytes(recipients.size()));
        section.put(MAGIC).put((byte) recipients.size());
        for (PublicKey recipient : recipients) {
            section.put(KeyId.of(recipient).bytes());
            section.put(Hpke.AES_256.seal(recipient, scope.bytes(), fresh));
        }
        section.put(check(fresh, scope, section.array()));
        return new SealedKey(section.array(), fresh, scope);
    }

    /// The key of a section, opened with the first private key that is one of its recipients'.
    static SealedKey opened(Map<KeyId, PrivateKey> privateKeys, Scope scope, byte[] section) {
        requireShape(scope, section);
        byte[] fresh = freshKey(privateKeys, scope, section);
        int end = section.length - Hkdf.HASH_BYTES;
        byte[] found = Arrays.copyOfRange(section, end, section.length);
        if (!MessageDigest.isEqual(check(fresh, scope, section), found)) {
            throw new DamagedException(thing(scope), "the check of its key", "another");
        }
        return new SealedKey(section.clone(), fresh, scope);
    }

    private static byte[] freshKey(Map<KeyId, PrivateKey> privateKeys, Scope scope, byte[] section) {
        ByteBuffer recipients = ByteBuffer.wrap(section, FIXED_BYTES, section.length - FIXED_BYTES - Hkdf.HASH_BYTES);
        while (recipients.hasRemaining()) {
            KeyId id = KeyId.ofBytes(next(recipients, KeyId.LENGTH_BYTES));
            byte[] sealed = next(recipients, FOR_RECIPIENT_BYTES);
            PrivateKey known = privateKeys.get(id);
            if (known != null) {
                try {
                    return Hpke.AES_256.open(known, scope.bytes(), sealed);
                } catch (AEADBadTagException _) {
                    throw new DamagedException(thing(scope), "a key sealed to " + id + " for it", "other bytes");
                }
            }
        }
        throw new KeyRefused(thing(scope) + ": expected a private key of one of its " + recipientsOf(section)
                + " recipients, found " + privateKeys.size() + " others");
    }

    private static void requireShape(Scope scope, byte[] section) {
        boolean isLong = section.length >= FIXED_BYTES;
        int recipients = isLong ? recipientsOf(section) : 0;
        if (!isLong
                || !Arrays.equals(MAGIC, Arrays.copyOf(section, MAGIC.length))
                || recipients < 1
                || recipients > RECIPIENTS_MAX
                || section.length != lengthBytes(recipients)) {
            throw new DamagedException(
                    thing(scope),
                    "\"TDMKKEYS\" and 1 to " + RECIPIENTS_MAX + " recipients of " + RECIPIENT_BYTES + " bytes",
                    section.length + " bytes for " + recipients);
        }
    }

    /// How long the section at the start of these bytes says that it is; never more than they are.
    static int lengthAtStart(byte[] bytes) {
        return bytes.length < FIXED_BYTES ? bytes.length : Math.min(bytes.length, lengthBytes(recipientsOf(bytes)));
    }

    private static byte[] check(byte[] fresh, Scope scope, byte[] section) {
        byte[] key = Hkdf.keyFor(fresh, scope.use("recipients"));
        var hmac = Hkdf.hmac(Hkdf.hmacKey(key));
        hmac.update(section, 0, section.length - Hkdf.HASH_BYTES);
        return hmac.doFinal();
    }

    private static int recipientsOf(byte[] section) {
        return Byte.toUnsignedInt(section[MAGIC.length]);
    }

    private static int lengthBytes(int recipients) {
        return FIXED_BYTES + recipients * RECIPIENT_BYTES + Hkdf.HASH_BYTES;
    }

    private static byte[] next(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String thing(Scope scope) {
        return "key section of " + scope.thing();
    }

    byte[] section() {
        return section.clone();
    }

    Aead cipher() {
        return cipher;
    }
}
