package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.crypto.KeyId;
import io.tidemark.agent.repository.log.Signatures.Signature;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The lines of a record, each with its end: version, JSON, of a commit the signature over these two, and the
/// digest of all before it.
final class RecordFrame {
    private static final String FIRST_LINE = "tidemark-log 1\n";
    private static final String SIGNATURE = "signature ";
    private static final String LAST_LINE = "sha256 ";
    private static final int LAST_LINE_BYTES = LAST_LINE.length() + 2 * Digest.LENGTH_BYTES + 1;
    private static final Pattern SIGNATURE_LINE = Pattern.compile(SIGNATURE + "([0-9a-f]{32}) ([0-9a-f]{128})\n");
    private static final Pattern VERSION = Pattern.compile("tidemark-log ([1-9][0-9]{0,8})\n", Pattern.DOTALL);
    private static final int FIRST_LINE_BYTES_MAX = "tidemark-log 123456789\n".length();

    private final String json;
    private final byte[] lines;
    private final @Nullable Signature signature;

    private RecordFrame(String json, byte[] lines, Optional<Signature> signature) {
        this.json = json;
        this.lines = lines;
        this.signature = signature.orElse(null);
    }

    /// The second line, with its end.
    String json() {
        return json;
    }

    /// The lines that a signature is over.
    byte[] lines() {
        return lines;
    }

    Optional<Signature> signature() {
        return Optional.ofNullable(signature);
    }

    /// The first two lines, which a commit's host signs.
    static byte[] lines(String json) {
        return (FIRST_LINE + json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] whole(byte[] lines, Optional<Signature> signature) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(lines);
        signature.ifPresent(each ->
                bytes.writeBytes((SIGNATURE + each.key() + " " + each.hex() + "\n").getBytes(StandardCharsets.UTF_8)));
        Digest digest = Digest.of(bytes.toByteArray());
        bytes.writeBytes((LAST_LINE + digest.hex() + "\n").getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /// Checks everything but the signature.
    ///
    /// @param name of the record
    static RecordFrame read(String name, byte[] bytes) {
        if (bytes.length > LogCodec.BYTES_MAX) {
            throw new DamagedException(name, "at most " + LogCodec.BYTES_MAX + " bytes", bytes.length + " bytes");
        }
        requireVersion(name, bytes);
        int end = bytes.length - LAST_LINE_BYTES;
        if (end <= FIRST_LINE.length()) {
            throw new DamagedException(name, "three or four lines", bytes.length + " bytes");
        }
        String expected = LAST_LINE + Digest.of(bytes, 0, end).hex() + "\n";
        String found = new String(bytes, end, LAST_LINE_BYTES, StandardCharsets.ISO_8859_1);
        if (!found.equals(expected)) {
            throw new DamagedException(name, "its last line to be " + expected.strip(), found.strip());
        }
        int jsonEnd = FIRST_LINE.length();
        while (jsonEnd < end && bytes[jsonEnd] != '\n') {
            jsonEnd++;
        }
        jsonEnd++;
        Optional<Signature> signature = signature(name, bytes, jsonEnd, end);
        String json = utf8(name, ByteBuffer.wrap(bytes, FIRST_LINE.length(), jsonEnd - FIRST_LINE.length()));
        return new RecordFrame(json, Arrays.copyOf(bytes, jsonEnd), signature);
    }

    /// What stands between the JSON and the digest: nothing, or one line.
    private static Optional<Signature> signature(String name, byte[] bytes, int start, int end) {
        if (start == end) {
            return Optional.empty();
        }
        Matcher line = SIGNATURE_LINE.matcher(
                start < end ? new String(bytes, start, end - start, StandardCharsets.ISO_8859_1) : "");
        if (!line.matches()) {
            throw new DamagedException(name, "three lines, or a fourth with a signature", "others");
        }
        return Optional.of(new Signature(new KeyId(line.group(1)), line.group(2)));
    }

    private static void requireVersion(String name, byte[] bytes) {
        int length = Math.min(bytes.length, FIRST_LINE_BYTES_MAX);
        String first = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        Matcher version = VERSION.matcher(first);
        if (!version.lookingAt()) {
            throw new DamagedException(name, "the line \"" + FIRST_LINE.strip() + "\"", "no such line");
        }
        if (!version.group(1).equals("1")) {
            throw new FormatTooNew(name + ": expected version 1, found version " + version.group(1));
        }
    }

    private static String utf8(String name, ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new DamagedException(name, "UTF-8", "other bytes");
        }
    }
}
