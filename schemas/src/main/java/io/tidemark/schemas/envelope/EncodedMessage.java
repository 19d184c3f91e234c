package io.tidemark.schemas.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A message as it is written to Kafka: text headers, and a JSON body.
public record EncodedMessage(Map<String, String> headers, String json) {
    public EncodedMessage {
        headers = Map.copyOf(headers);
    }

    /// The body in UTF-8.
    public byte[] bytes() {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
