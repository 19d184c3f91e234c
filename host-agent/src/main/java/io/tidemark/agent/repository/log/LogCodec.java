package io.tidemark.agent.repository.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The bytes of a log record: three lines of UTF-8, and nothing behind them.
///
/// ```
/// tidemark-log 1
/// {"repository":"...","vm":"...","number":1,"previous":"<64 hex>","kind":"pruned","point":"..."}
/// sha256 <64 hex>
/// ```
///
/// The digest is that of the first two lines with their ends; `previous`, absent in record 0, that of the whole
/// record before. What is not ASCII is written as an escape, so that every text comes back as it was, and no
/// program finds a fourth line.
final class LogCodec {
    /// The largest record that is written or read.
    static final int BYTES_MAX = 16 << 20;

    private static final int DEPTH_MAX = 32;
    private static final int NAME_CHARACTERS_MAX = 256;
    private static final int NUMBER_CHARACTERS_MAX = 64;
    /// A disk takes about 50; so there may be thousands of them, and none fills the memory with `[[],[],[],`.
    private static final int TOKENS_MAX = 1 << 18;

    private static final int MESSAGE_CHARACTERS_MAX = 300;

    private static final String FIRST_LINE = "tidemark-log 1\n";
    private static final String LAST_LINE = "sha256 ";
    private static final int LAST_LINE_BYTES = LAST_LINE.length() + 2 * Digest.LENGTH_BYTES + 1;
    private static final Pattern VERSION = Pattern.compile("tidemark-log ([1-9][0-9]{0,8})\n", Pattern.DOTALL);
    private static final int FIRST_LINE_BYTES_MAX = "tidemark-log 123456789\n".length();

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(BYTES_MAX)
                            .maxStringLength(BYTES_MAX)
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNameLength(NAME_CHARACTERS_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final LogKey key;
    private final ContentSeal seal;

    LogCodec(LogKey key, ContentSeal seal) {
        this.key = key;
        this.seal = seal;
    }

    /// Reads back what it has written before it hands it out: a record that cannot be read ends its log.
    byte[] encode(long number, Optional<Digest> previous, LogRecord entry) {
        ObjectNode json = JSON.createObjectNode();
        json.put("repository", key.repository().toString());
        json.put("vm", key.vm().toString());
        json.put("number", number);
        previous.ifPresent(digest -> json.put("previous", digest.hex()));
        RecordJson.write(json, entry, seal);
        byte[] bytes = framed(text(json));
        LogRecord found = readBack(number, previous, bytes);
        if (seal.canOpen() && !entry.equals(found)) {
            throw new IllegalArgumentException(unreadable(number) + " as it was");
        }
        return bytes;
    }

    /// The fields of one JSON object.
    static Fields fields(byte[] json) {
        try {
            return Fields.of(JSON.readTree(json));
        } catch (IOException e) {
            throw new IllegalArgumentException("content: expected a JSON object, found something else", e);
        }
    }

    private LogRecord readBack(long number, Optional<Digest> previous, byte[] bytes) {
        try {
            return decode(number, previous, bytes);
        } catch (RepositoryException e) {
            throw new IllegalArgumentException(unreadable(number), e);
        }
    }

    private String unreadable(long number) {
        return "record " + key.name(number) + ": expected to be able to read it back";
    }

    private static String text(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("log record: expected to write its JSON", e);
        }
    }

    private static byte[] framed(String json) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes((FIRST_LINE + json + "\n").getBytes(StandardCharsets.UTF_8));
        Digest digest = Digest.of(bytes.toByteArray());
        bytes.writeBytes((LAST_LINE + digest.hex() + "\n").getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /// The record in its place: of this log, of that number, behind the record of that digest. Any other bytes are
    /// damaged or too new, and nothing worse.
    LogRecord decode(long number, Optional<Digest> previous, byte[] bytes) {
        String name = "record " + key.name(number);
        String json = line(name, bytes);
        try {
            Fields fields = Fields.of(JSON.readTree(json));
            requireSame("repository", key.repository().toString(), fields.text("repository"));
            requireSame("VM", key.vm().toString(), fields.text("vm"));
            requireSame("number", number, fields.integer("number"));
            requireSame("previous record", previous.map(Digest::hex), fields.optionalText("previous"));
            return RecordJson.read(name, fields, seal);
        } catch (JacksonException e) {
            throw new DamagedException(name, "a JSON object of version 1", brief(e.getOriginalMessage()));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new DamagedException(name, "the fields of version 1", brief(e.getMessage()));
        }
    }

    /// Whoever wrote a strange record must not fill the journal with it.
    private static String brief(@Nullable String message) {
        String text = String.valueOf(message);
        return text.substring(0, Math.min(text.length(), MESSAGE_CHARACTERS_MAX));
    }

    private static void requireSame(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", found " + found);
        }
    }

    /// The line in the middle, once the others fit it.
    private static String line(String name, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new DamagedException(name, "at most " + BYTES_MAX + " bytes", bytes.length + " bytes");
        }
        requireVersion(name, bytes);
        int end = bytes.length - LAST_LINE_BYTES;
        if (end <= FIRST_LINE.length()) {
            throw new DamagedException(name, "three lines", bytes.length + " bytes");
        }
        String expected = LAST_LINE + Digest.of(bytes, 0, end).hex() + "\n";
        String found = new String(bytes, end, LAST_LINE_BYTES, StandardCharsets.ISO_8859_1);
        if (!found.equals(expected)) {
            throw new DamagedException(name, "its last line to be " + expected.strip(), found.strip());
        }
        String line = utf8(name, ByteBuffer.wrap(bytes, FIRST_LINE.length(), end - FIRST_LINE.length()));
        if (line.indexOf('\n') != line.length() - 1) {
            throw new DamagedException(name, "three lines", "others");
        }
        return line;
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
