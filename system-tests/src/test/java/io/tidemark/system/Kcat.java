package io.tidemark.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A Kafka client that shares no code with us: the Debian package `kcat`.
final class Kcat {
    /// Between headers, key, body and records; characters that JSON text never holds.
    private static final String FIELD = "\u0001";

    private static final String RECORD = "\u0002";
    private static final int LIMIT_SECONDS = 30;

    private final String bootstrapServers;

    Kcat(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /// A record as kcat prints it; a tombstone has an empty body.
    record Message(Map<String, String> headers, String key, String body) {
        String type() {
            return headers.getOrDefault("ce_type", "");
        }
    }

    /// Everything that a topic holds now.
    List<Message> read(String topic) throws IOException, InterruptedException {
        String text = run(
                "",
                "-C",
                "-t",
                topic,
                "-o",
                "beginning",
                "-e",
                "-q",
                "-f",
                "%h" + FIELD + "%k" + FIELD + "%s" + RECORD);
        List<Message> messages = new ArrayList<>();
        for (String record : text.split(RECORD, -1)) {
            if (!record.isEmpty()) {
                String[] fields = record.split(FIELD, -1);
                messages.add(new Message(headers(fields[0]), fields[1], fields[2]));
            }
        }
        return messages;
    }

    /// Writes one record.
    void write(String topic, Message message) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-P", "-t", topic, "-k", message.key()));
        message.headers().forEach((name, value) -> {
            arguments.add("-H");
            arguments.add(name + "=" + value);
        });
        run(message.body(), arguments.toArray(String[]::new));
    }

    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new HashMap<>();
        for (String header : text.split(",", -1)) {
            int equals = header.indexOf('=');
            if (equals > 0) {
                headers.put(header.substring(0, equals), header.substring(equals + 1));
            }
        }
        return headers;
    }

    private String run(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("timeout", Integer.toString(LIMIT_SECONDS), "kcat", "-b", bootstrapServers));
        command.addAll(List.of(arguments));
        Path complaints = Files.createTempFile("kcat", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(complaints.toFile())
                    .start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) { // 124 is that of timeout
                throw new IOException(command + ": expected exit 0 within " + LIMIT_SECONDS + " s, found " + exit + ": "
                        + Files.readString(complaints).strip());
            }
            return text;
        } finally {
            Files.delete(complaints);
        }
    }
}
