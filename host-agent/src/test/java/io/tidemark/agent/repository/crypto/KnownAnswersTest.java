package io.tidemark.agent.repository.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.junit.jupiter.api.Test;

/// What the standards print, and what another implementation makes, comes out here.
class KnownAnswersTest {
    private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");
    private static final byte[] PLAIN = bytes("Beauty is truth, truth beauty");

    /// Test case 16 of "The Galois/Counter Mode of Operation" by McGrew and Viega.
    @Test
    void aesGcmIsThatOfItsAuthors() {
        var cipher = new Aead(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
        var label = new Aead.Label(hex("cafebabefacedbaddecaf888"), hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
        byte[] plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");

        byte[] sealed = cipher.seal(label, plain);

        assertThat(HexFormat.of().formatHex(sealed))
                .isEqualTo("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b");
    }

    /// Test case 1 of RFC 5869.
    @Test
    void hkdfIsThatOfRfc5869() {
        byte[] key = Hkdf.extract(hex("000102030405060708090a0b0c"), hex("0b".repeat(22)));

        byte[] expanded = Hkdf.expand(key, hex("f0f1f2f3f4f5f6f7f8f9"), 42);

        assertThat(HexFormat.of().formatHex(expanded))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    /// Test case 2 of RFC 4231.
    @Test
    void keyedIdsAreHmacSha256() {
        byte[] chunk = bytes("what do ya want for nothing?");

        var id = ChunkIds.keyed(Hkdf.hmacKey(bytes("Jefe"))).of(chunk, 0, chunk.length);

        assertThat(id.hex()).isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    /// From the tests of the reference implementation of Argon2, 20190702.
    @Test
    void argon2IsThatOfItsAuthors() {
        byte[] key = new Argon2Cost(256, 2, 1).key(bytes("password"), bytes("somesalt"));

        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
    }

    /// Test 2 of RFC 8032, section 7.1.
    @Test
    void signaturesAreThoseOfRfc8032() {
        KeyPair pair = Curve.ED25519.pair(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));

        byte[] signature = RecordText.sign(pair, hex("72"));

        assertThat(HexFormat.of().formatHex(signature))
                .isEqualTo("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }

    /// RFC 9180, appendix A.1.1, which has AES-128-GCM: no other length is printed there.
    @Test
    void whatRfc9180SealedOpens() throws AEADBadTagException {
        KeyPair pair = Curve.X25519.pair(hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
                + "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"));
        byte[] sealed = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
                + "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                + "6d8770ac83d07bea87e13c512a");

        byte[] opened = new Hpke(1, 16).open(pair.getPrivate(), INFO, sealed, bytes("Count-0"));

        assertThat(opened).isEqualTo(PLAIN);
    }

    @Test
    void whatWeSealAnotherImplementationOpens() throws Exception {
        KeyPair pair = Curve.X25519.generate();

        byte[] sealed = Hpke.AES_256.seal(pair.getPublic(), INFO, PLAIN);

        byte[] encapsulation = Arrays.copyOf(sealed, Hpke.ENCAPSULATION_BYTES);
        byte[] rest = Arrays.copyOfRange(sealed, Hpke.ENCAPSULATION_BYTES, sealed.length);
        byte[] opened = other().setupBaseR(encapsulation, otherPair(pair), INFO).open(new byte[0], rest);
        assertThat(opened).isEqualTo(PLAIN);
    }

    @Test
    void whatAnotherImplementationSealsWeOpen() throws Exception {
        KeyPair pair = Curve.X25519.generate();
        var context = other().setupBaseS(otherPair(pair).getPublic(), INFO);
        byte[] rest = context.seal(new byte[0], PLAIN);
        byte[] sealed = Bytes.join(context.getEncapsulation(), rest);

        byte[] opened = Hpke.AES_256.open(pair.getPrivate(), INFO, sealed);

        assertThat(opened).isEqualTo(PLAIN);
    }

    @Test
    void whatIsTooShortToBeSealedIsRefused() {
        var with = Curve.X25519.generate().getPrivate();

        assertThatThrownBy(() -> Hpke.AES_256.open(with, INFO, new byte[0])).isInstanceOf(AEADBadTagException.class);
        assertThatThrownBy(() -> new Aead(new byte[32]).open(Aead.Label.once(INFO), new byte[15]))
                .isInstanceOf(AEADBadTagException.class);
    }

    /// The layout of `docs/formats/repository-keys.md`, written out by hand once more.
    @Test
    void anEntryIsSealedAsTheFormatSays() throws AEADBadTagException {
        var keyrings = new Keyrings();
        RepositoryKeys keys = keyrings.created("of the owner");
        PackSealer sealer = keys.sealer(Keyrings.PACK);
        Keyrings.seal(sealer, Keyrings.label(Keyrings.PACK, 0), PLAIN);
        EntryLabel label = Keyrings.label(Keyrings.PACK, 1);
        byte[] sealed = Keyrings.seal(sealer, label, PLAIN);
        byte[] section = sealer.keySection();

        byte[] scope = Bytes.join(
                bytes("TDMKPAK1"),
                hex("06"),
                bytes("cellar"),
                hex("0000000000000001"),
                hex("0000000000000002"),
                hex("00000003"));
        byte[] associated = Bytes.join(
                scope,
                hex("00000001"),
                hex("00000001"),
                hex("00010000"),
                label.id().bytes());
        byte[] forRecovery = Arrays.copyOfRange(section, 9 + 96 + 16, 9 + 2 * 96);
        byte[] fresh = Hpke.AES_256.open(keyrings.recovery.pair().getPrivate(), scope, forRecovery);
        var cipher = new Aead(Hkdf.expand(fresh, Bytes.join(bytes("entries"), scope), 32));

        assertThat(section).hasSize(9 + 2 * 96 + 32).startsWith(bytes("TDMKKEYS\u0002"));
        assertThat(cipher.open(new Aead.Label(hex("000000000000000000000001"), associated), sealed))
                .isEqualTo(PLAIN);
    }

    private static HPKE other() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    private static AsymmetricCipherKeyPair otherPair(KeyPair pair) {
        byte[] raw = Curve.rawPair(pair);
        return new AsymmetricCipherKeyPair(
                new X25519PublicKeyParameters(raw, Curve.KEY_BYTES), new X25519PrivateKeyParameters(raw, 0));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
