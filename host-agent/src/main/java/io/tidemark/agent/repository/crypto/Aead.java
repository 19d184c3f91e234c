package io.tidemark.agent.repository.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM (NIST SP 800-38D) with one key, 12-byte nonces and 16-byte tags that stand behind the sealed bytes.
/// Sealing is for one thread at a time; opening is for any.
final class Aead {
    static final int KEY_BYTES = 32;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private static final String ALGORITHM = "AES/GCM/NoPadding";

    private final SecretKey key;
    private final Cipher sealing = cipher();

    /// @param key 32 bytes, which are copied
    Aead(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is missing from this Java", e);
        }
    }

    /// Seals the first `length` bytes of `in` into `out`, and returns how many bytes they became.
    int seal(Label label, byte[] in, int length, byte[] out) {
        try {
            sealing.init(Cipher.ENCRYPT_MODE, key, label.parameters());
            sealing.updateAAD(label.associated);
            return sealing.doFinal(in, 0, length, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing " + length + " bytes into an array of " + out.length, e);
        }
    }

    byte[] seal(Label label, byte[] plain) {
        byte[] out = new byte[plain.length + TAG_BYTES];
        seal(label, plain, plain.length, out);
        return out;
    }

    /// Fails if these are not the bytes that were sealed with this key and label.
    byte[] open(Label label, byte[] in, int offset, int length) throws AEADBadTagException {
        try {
            Cipher opening = cipher();
            opening.init(Cipher.DECRYPT_MODE, key, label.parameters());
            opening.updateAAD(label.associated);
            return opening.doFinal(in, offset, length);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening " + length + " bytes", e);
        }
    }

    byte[] open(Label label, byte[] sealed) throws AEADBadTagException {
        return open(label, sealed, 0, sealed.length);
    }

    /// The nonce, and what is checked along with the sealed bytes.
    static final class Label {
        private final byte[] nonce;
        private final byte[] associated;

        Label(byte[] nonce, byte[] associated) {
            this.nonce = nonce;
            this.associated = associated;
        }

        /// For a key that seals once: the nonce is zero.
        static Label once(byte[] associated) {
            return new Label(new byte[NONCE_BYTES], associated);
        }

        private GCMParameterSpec parameters() {
            return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
        }
    }
}
