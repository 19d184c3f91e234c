package io.tidemark.orchestrator.rebuild.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.orchestrator.refusal.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The lines of an export, one after the other: each a JSON object in UTF-8 of a limited length. Its fields change
/// as it is read.
final class ExportLines implements Closeable {
    static final int LINE_BYTES_MAX = 1 << 20;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final InputStream in;
    private int number;
    private @Nullable ExportLine next;

    ExportLines(InputStream in) throws IOException {
        this.in = new BufferedInputStream(in, 1 << 16);
        advance();
    }

    /// The number of the next line, from 1; of the line behind the last, once all were read.
    int number() {
        return number;
    }

    /// The next line without taking it; null at the end.
    @Nullable
    ExportLine peek() {
        return next;
    }

    ExportLine take(String expected) throws IOException {
        ExportLine line = next;
        if (line == null) {
            throw new Refusal.Invalid("line " + number, expected, "the end");
        }
        advance();
        return line;
    }

    private void advance() throws IOException {
        number++;
        String text = line();
        next = text == null ? null : parsed(text);
    }

    /// Null at the end.
    private @Nullable String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int read = in.read();
        if (read < 0) {
            return null;
        }
        while (read >= 0 && read != '\n') {
            if (bytes.size() == LINE_BYTES_MAX) {
                throw new Refusal.Invalid("line " + number, "at most " + LINE_BYTES_MAX + " bytes", "more");
            }
            bytes.write(read);
            read = in.read();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refusal.Invalid("line " + number, "UTF-8", "other bytes");
        }
    }

    private ExportLine parsed(String text) throws IOException {
        JsonNode json;
        try {
            json = JSON.readValue(text);
        } catch (JsonProcessingException e) {
            throw new Refusal.Invalid("line " + number, "one JSON object", String.valueOf(e.getOriginalMessage()));
        }
        if (json == null || !json.isObject()) {
            throw new Refusal.Invalid("line " + number, "one JSON object", "something else");
        }
        return new ExportLine("line " + number + ": ", json);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
