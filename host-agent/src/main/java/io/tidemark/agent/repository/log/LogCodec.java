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
import io.tidemark.agent.repository.log.LogRecord.Committed;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bytes of a log record: three lines of UTF-8, of a commit four, and nothing behind them.
///
/// ```
/// tidemark-log 1
/// {"repository":"...","vm":"...","number":1,"previous":"<64 hex>","kind":"committed","host":"...",...}
/// signature <32 hex> <128 hex>
/// sha256 <64 hex>
/// ```
///
/// The signature names a key of the host, and is over the two lines before it with their ends; the digest is over
/// all lines before it; `previous`, absent in record 0, is that of the whole record before. What is not ASCII is
/// written as an escape, so that every text comes back as it was, and no program finds another line.
final class LogCodec {
    /// The largest record that is written or read.
    static final int BYTES_MAX = 16 << 20;

    private static final int DEPTH_MAX = 32;
    private static final int NAME_CHARACTERS_MAX = 256;
    private static final int NUMBER_CHARACTERS_MAX = 64;
    /// A disk takes about 50; so there may be thousands of them, and none fills the memory with `[[],[],[],`.
    private static final int TOKENS_MAX = 1 << 18;

    private static final int MESSAGE_CHARACTERS_MAX = 300;

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
    private final Signatures signatures;

    LogCodec(LogKey key, ContentSeal seal, Signatures signatures) {
        this.key = key;
        this.seal = seal;
        this.signatures = signatures;
    }

    /// Signs a commit. Reads back what it has written before it hands it out: a record that cannot be read ends its
    /// log.
    byte[] encode(long number, Optional<Digest> previous, LogRecord entry) {
        ObjectNode json = JSON.createObjectNode();
        json.put("repository", key.repository().toString());
        json.put("vm", key.vm().toString());
        json.put("number", number);
        previous.ifPresent(digest -> json.put("previous", digest.hex()));
        RecordJson.write(json, entry, seal);
        byte[] bytes = framed(text(json), entry);
        LogRecord found = readBack(number, previous, bytes);
        requireSigned(number, found, bytes);
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

    private byte[] framed(String json, LogRecord entry) {
        byte[] lines = RecordFrame.lines(json);
        return RecordFrame.whole(
                lines,
                entry instanceof Committed commit
                        ? Optional.of(signatures.sign(commit.host(), lines))
                        : Optional.empty());
    }

    /// The record in its place: of this log, of that number, behind the record of that digest. Any other bytes are
    /// damaged or too new, and nothing worse. Whether a commit's signature is a right one is left to
    /// {@link #requireSigned}.
    LogRecord decode(long number, Optional<Digest> previous, byte[] bytes) {
        String name = "record " + key.name(number);
        RecordFrame frame = RecordFrame.read(name, bytes);
        LogRecord record = record(name, number, previous, frame.json());
        if (record instanceof Committed commit && frame.signature().isEmpty()) {
            throw new DamagedException(name, "a signature of host " + commit.host(), "none");
        }
        if (!(record instanceof Committed) && frame.signature().isPresent()) {
            throw new DamagedException(name, "no signature, as it is no commit", "one");
        }
        return record;
    }

    /// Requires of a commit that its host has signed it.
    ///
    /// @param record what the bytes were decoded to
    void requireSigned(long number, LogRecord record, byte[] bytes) {
        if (record instanceof Committed commit) {
            String name = "record " + key.name(number);
            RecordFrame frame = RecordFrame.read(name, bytes);
            signatures.require(
                    name, commit.host(), frame.lines(), frame.signature().orElseThrow());
        }
    }

    private LogRecord record(String name, long number, Optional<Digest> previous, String json) {
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
}
