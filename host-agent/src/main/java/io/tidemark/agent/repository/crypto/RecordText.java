package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record as text, UTF-8, at most 64 KiB; each line ends with a line feed:
///
/// ```
/// tidemark-keys 1            what it is, and its version
/// {"type":"generation",...}  one JSON object
/// signature KEYID HEX        in some: Ed25519 over the lines before
/// sha256 HEX                 over all lines before
/// ```
///
/// Messages never repeat what a record holds.
final class RecordText {
    static final int BYTES_MAX = 64 << 10;
    static final int SIGNATURE_BYTES = 64;

    private static final int NESTING_MAX = 8;
    private static final String SIGNATURE = "signature ";
    private static final String SHA256 = "sha256 ";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(BYTES_MAX)
                            .maxNestingDepth(NESTING_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final RecordFields fields;
    private final String signed;
    private final @Nullable String signatureLine;

    private RecordText(RecordFields fields, String signed, @Nullable String signatureLine) {
        this.fields = fields;
        this.signed = signed;
        this.signatureLine = signatureLine;
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    static byte[] write(String header, ObjectNode json, @Nullable KeyPair signer) {
        String text = header + "\n" + json + "\n";
        if (signer != null) {
            text += SIGNATURE + KeyId.of(signer.getPublic()) + " "
                    + HexFormat.of().formatHex(sign(signer, bytes(text))) + "\n";
        }
        return bytes(text + SHA256 + Digest.of(bytes(text)) + "\n");
    }

    /// Checks the shape and the digest; the signature is left to {@link #isSignedBy}.
    static RecordText read(String thing, String header, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> lines = text.lines().toList();
        int count = lines.size();
        if (bytes.length > BYTES_MAX
                || (count != 3 && count != 4)
                || !lines.getFirst().equals(header)
                || (count == 4 && !lines.get(2).startsWith(SIGNATURE))
                || !Arrays.equals(bytes(String.join("\n", lines) + "\n"), bytes)) {
            throw new DamagedException(thing, "lines of \"" + header + "\"", bytes.length + " other bytes");
        }
        String checked = text.substring(0, text.length() - lines.getLast().length() - 1);
        if (!lines.getLast().equals(SHA256 + Digest.of(bytes(checked)))) {
            throw new DamagedException(thing, "the digest of its lines at its end", "another");
        }
        return new RecordText(
                new RecordFields(thing, object(thing, lines.get(1))),
                lines.get(0) + "\n" + lines.get(1) + "\n",
                count == 4 ? lines.get(2) : null);
    }

    private static ObjectNode object(String thing, String line) {
        try {
            if (JSON.readTree(line) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException _) {
            // its message repeats a part of the text
        }
        throw new DamagedException(thing, "a JSON object", "something else");
    }

    RecordFields fields() {
        return fields;
    }

    boolean isSignedBy(PublicKey key) {
        String prefix = SIGNATURE + KeyId.of(key) + " ";
        if (signatureLine == null || !signatureLine.startsWith(prefix)) {
            return false;
        }
        try {
            byte[] signature = HexFormat.of().parseHex(signatureLine.substring(prefix.length()));
            return isSignature(key, bytes(signed), signature);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    static byte[] sign(KeyPair signer, byte[] message) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(signer.getPrivate());
            ed25519.update(message);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 failed", e);
        }
    }

    static boolean isSignature(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(message);
            return signature.length == SIGNATURE_BYTES && ed25519.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
