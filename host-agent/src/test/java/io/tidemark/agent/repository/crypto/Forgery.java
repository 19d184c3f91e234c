package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Somebody who can replace objects in the storage, knows the formats, and keeps every digest right.
final class Forgery {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MemoryBlobs blobs;

    Forgery(MemoryBlobs blobs) {
        this.blobs = blobs;
    }

    String text(String object) {
        return new String(Objects.requireNonNull(blobs.objects.get(object)), StandardCharsets.UTF_8);
    }

    /// Changes the lines before the digest.
    void change(String object, UnaryOperator<String> change) {
        String text = text(object);
        String lines = text.substring(0, text.indexOf("sha256 "));
        String changed = change.apply(lines);
        if (changed.equals(lines)) {
            throw new IllegalArgumentException(object + " has nothing to change so");
        }
        String digest = Digest.of(changed.getBytes(StandardCharsets.UTF_8)).hex();
        blobs.objects.put(object, (changed + "sha256 " + digest + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void replace(String object, byte[] record) {
        blobs.objects.put(object, record);
    }

    static ObjectNode json(byte[] record) {
        try {
            String line = new String(record, StandardCharsets.UTF_8).split("\n", 3)[1];
            return (ObjectNode) JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
