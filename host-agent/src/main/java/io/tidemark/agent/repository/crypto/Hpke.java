package io.tidemark.agent.repository.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.KEM;

/// Seals few bytes to a public key: HPKE of RFC 9180 in base mode, one message a context, with
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. The JDK has the KEM since 21 and no HPKE up to 25, so
/// the key schedule of section 5.1 stands here.
///
/// ```
/// 32  encapsulation
/// n   the sealed bytes
/// 16  tag
/// ```
final class Hpke {
    static final int ENCAPSULATION_BYTES = 32;
    static final int MORE_BYTES = ENCAPSULATION_BYTES + Aead.TAG_BYTES;

    static final Hpke AES_256 = new Hpke(2, 32);

    private static final int KEM_X25519 = 0x0020;
    private static final int KDF_SHA256 = 0x0001;
    private static final byte[] BASE_MODE = {0};
    private static final byte[] EMPTY = {};

    private final byte[] suite;
    private final int keyBytes;

    /// @param cipher the number of the cipher in RFC 9180, section 7.3
    Hpke(int cipher, int keyBytes) {
        this.suite = ByteBuffer.allocate(10)
                .put(ascii("HPKE"))
                .putShort((short) KEM_X25519)
                .putShort((short) KDF_SHA256)
                .putShort((short) cipher)
                .array();
        this.keyBytes = keyBytes;
    }

    /// @param info what the sealed bytes are for; it opens with nothing else
    byte[] seal(PublicKey to, byte[] info, byte[] plain) {
        try {
            KEM.Encapsulated shared =
                    KEM.getInstance("DHKEM").newEncapsulator(to).encapsulate();
            Context context = context(shared.key().getEncoded(), info);
            byte[] sealed = context.cipher.seal(new Aead.Label(context.nonce, EMPTY), plain);
            return Bytes.join(shared.encapsulation(), sealed);
        } catch (GeneralSecurityException _) {
            throw new IllegalArgumentException("expected a public key to seal to, found one of small order");
        }
    }

    byte[] open(PrivateKey with, byte[] info, byte[] sealed) throws AEADBadTagException {
        return open(with, info, sealed, EMPTY);
    }

    byte[] open(PrivateKey with, byte[] info, byte[] sealed, byte[] associated) throws AEADBadTagException {
        byte[] encapsulation = Arrays.copyOf(sealed, ENCAPSULATION_BYTES);
        byte[] shared;
        try {
            shared = KEM.getInstance("DHKEM")
                    .newDecapsulator(with)
                    .decapsulate(encapsulation)
                    .getEncoded();
        } catch (GeneralSecurityException _) {
            throw new AEADBadTagException("encapsulation of small order");
        }
        Context context = context(shared, info);
        int length = Math.max(0, sealed.length - ENCAPSULATION_BYTES);
        return context.cipher.open(new Aead.Label(context.nonce, associated), sealed, sealed.length - length, length);
    }

    private static final class Context {
        private final Aead cipher;
        private final byte[] nonce;

        private Context(Aead cipher, byte[] nonce) {
            this.cipher = cipher;
            this.nonce = nonce;
        }
    }

    /// The key schedule without a pre-shared key: its secret and its id are empty.
    private Context context(byte[] shared, byte[] info) {
        byte[] context = Bytes.join(BASE_MODE, extract(EMPTY, "psk_id_hash", EMPTY), extract(EMPTY, "info_hash", info));
        byte[] secret = extract(shared, "secret", EMPTY);
        return new Context(
                new Aead(expand(secret, "key", context, keyBytes)),
                expand(secret, "base_nonce", context, Aead.NONCE_BYTES));
    }

    private byte[] extract(byte[] salt, String label, byte[] input) {
        return Hkdf.extract(salt, Bytes.join(ascii("HPKE-v1"), suite, ascii(label), input));
    }

    private byte[] expand(byte[] secret, String label, byte[] info, int length) {
        byte[] lengthBytes = {(byte) (length >> Byte.SIZE), (byte) length};
        return Hkdf.expand(secret, Bytes.join(lengthBytes, ascii("HPKE-v1"), suite, ascii(label), info), length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
