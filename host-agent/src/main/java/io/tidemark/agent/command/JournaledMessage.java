package io.tidemark.agent.command;

import io.tidemark.schemas.envelope.EncodedMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// A message as the journal holds it: key, count of headers, their names and values, body; each text in UTF-8 with
/// its length in bytes before it, numbers of 4 bytes, big-endian. The key of a command is empty.
record JournaledMessage(String key, EncodedMessage message) {
    static JournaledMessage of(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String key = read(in);
            int count = in.readInt();
            Map<String, String> headers = new HashMap<>();
            for (int i = 0; i < count; i++) {
                String name = read(in);
                headers.put(name, read(in));
            }
            return new JournaledMessage(key, new EncodedMessage(headers, read(in)));
        } catch (IOException e) {
            throw new IllegalStateException("journaled message: expected it whole, found it cut short", e);
        }
    }

    byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out, key);
            out.writeInt(message.headers().size());
            for (Map.Entry<String, String> header : message.headers().entrySet()) {
                write(out, header.getKey());
                write(out, header.getValue());
            }
            write(out, message.json());
        } catch (IOException e) {
            throw new IllegalStateException("journaled message: expected memory to take it", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
