package io.tidemark.schemas.envelope;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes and reads messages: CloudEvents 1.0 in binary mode, JSON bodies. Safe for use by many threads.
public final class MessageCodec {
    /// The largest body that is read, in bytes; a larger one is malformed and never parsed.
    public static final int MAX_BODY_BYTES = 1 << 20;

    /// The longest correlation id that is taken.
    public static final int MAX_CORRELATION_CHARACTERS = 200;

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // else an empty text is no instant at all, though the message has to have one
            .withCoercionConfigDefaults(
                    coercion -> coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /// Encodes a message of any sealed family; another class is refused.
    public EncodedMessage encode(Envelope<?> envelope) {
        Object body = envelope.body();
        Map<String, String> headers = new HashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", envelope.id().toString());
        headers.put("ce_type", MessageTypes.typeOf(body.getClass()));
        headers.put("ce_source", envelope.source());
        headers.put("ce_subject", envelope.subject());
        headers.put("ce_time", envelope.time().toString());
        headers.put("content-type", "application/json");
        putIfGiven(headers, "ce_correlationid", envelope.correlation());
        putIfGiven(headers, "ce_causationid", envelope.causation());
        putIfGiven(headers, "ce_session", envelope.session());
        putIfGiven(headers, "ce_attempt", envelope.attempt());
        try {
            return new EncodedMessage(headers, mapper.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "body: expected a writable " + body.getClass().getSimpleName(), e);
        }
    }

    /// Decodes a record. Never throws on what a sender can write; a null body (a tombstone) is malformed here.
    public Decoding decode(Map<String, String> headers, byte @Nullable [] body) {
        String type = headers.get("ce_type");
        if (type == null) {
            return new Decoding.Malformed("ce_type: required, found none");
        }
        Optional<Class<?>> message = MessageTypes.classOf(type);
        if (message.isEmpty()) {
            return new Decoding.UnknownType(type);
        }
        if (body == null || body.length > MAX_BODY_BYTES) {
            return new Decoding.Malformed("body: expected at most " + MAX_BODY_BYTES + " bytes of JSON, found "
                    + (body == null ? "none" : body.length + " bytes"));
        }
        try {
            JsonNode json = mapper.readTree(body);
            if (!isStorable(json)) {
                return new Decoding.Malformed("body: expected text of whole characters without NUL, found other text");
            }
            Optional<String> fault = BodyShape.fault(json, message.get());
            if (fault.isPresent()) {
                return new Decoding.Malformed(fault.get());
            }
            return new Decoding.Decoded(envelope(headers, mapper.treeToValue(json, message.get())));
        } catch (JsonProcessingException e) {
            return new Decoding.Malformed("body: " + e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            return new Decoding.Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static <T> Envelope<T> envelope(Map<String, String> headers, T body) {
        String version = required(headers, "ce_specversion", Function.identity());
        if (!version.equals("1.0")) {
            throw new IllegalArgumentException("ce_specversion: expected 1.0, found \"" + version + "\"");
        }
        return new Envelope<>(
                required(headers, "ce_id", MessageId::of),
                body,
                required(headers, "ce_source", Function.identity()),
                required(headers, "ce_subject", Function.identity()),
                required(headers, "ce_time", Instant::parse),
                headers.containsKey("ce_correlationid")
                        ? required(headers, "ce_correlationid", MessageCodec::correlation)
                        : null,
                headers.containsKey("ce_causationid") ? required(headers, "ce_causationid", MessageId::of) : null,
                headers.containsKey("ce_session") ? required(headers, "ce_session", SessionId::of) : null,
                headers.containsKey("ce_attempt") ? required(headers, "ce_attempt", Attempt::of) : null);
    }

    private static String correlation(String text) {
        if (text.length() > MAX_CORRELATION_CHARACTERS || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("expected at most " + MAX_CORRELATION_CHARACTERS
                    + " characters without NUL, found " + text.length());
        }
        return text;
    }

    /// False: some text holds a NUL or half of a surrogate pair, which no database keeps as it is.
    private static boolean isStorable(JsonNode json) {
        if (json.isTextual()) {
            String text = json.textValue();
            return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        }
        for (JsonNode part : json) {
            if (!isStorable(part)) {
                return false;
            }
        }
        return true;
    }

    private static <T> T required(Map<String, String> headers, String name, Function<String, T> read) {
        String text = headers.get(name);
        if (text == null) {
            throw new IllegalArgumentException(name + ": required, found none");
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static void putIfGiven(Map<String, String> headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.put(name, value.toString());
        }
    }
}
