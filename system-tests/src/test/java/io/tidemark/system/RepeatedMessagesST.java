package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I4: everything that was ever said is said again, backwards and forwards, and nothing changes.
@ExtendWith(SharedStack.class)
class RepeatedMessagesST {
    @Test
    void repeatedAndReorderedMessagesChangeNothing(Stack stack) throws Exception {
        stack.backUp();
        stack.backUp();
        Kcat kcat = new Kcat(stack.all.bootstrapServers());
        String host = stack.all.hostId();
        String commands = "tidemark.host." + host + ".commands";
        String events = "tidemark.host." + host + ".events";
        stack.assertNothingIsLeft(); // the checkpoint that nobody names any more is retired
        List<String> points = ids(stack);
        Set<String> checkpoints = checkpoints(stack);
        JsonNode epochs = stack.all.rest().get("/api/v1/epochs?vm=" + stack.vm);

        repeat(kcat, commands, points);
        awaitRefusal(kcat, commands, events);
        assertThat(checkpoints(stack)).as("after the commands").isEqualTo(checkpoints);
        repeat(kcat, events, points);
        awaitDeadLetter(kcat, events);

        assertThat(ids(stack)).isEqualTo(points);
        assertThat(checkpoints(stack)).isNotEmpty().isEqualTo(checkpoints);
        assertThat(stack.all.rest().get("/api/v1/epochs?vm=" + stack.vm)).isEqualTo(epochs);
        stack.assertNextBackupRestores();
        assertThat(ids(stack)).startsWith(points.toArray(String[]::new)).hasSize(points.size() + 1);
        stack.assertNothingIsLeft();
    }

    /// Backwards and forwards. What is about the listed points also comes under new ids, which no list of known ids
    /// stops; a failed attempt's command would be carried out again so, which nobody asks for.
    private static void repeat(Kcat kcat, String topic, List<String> points) throws Exception {
        List<Kcat.Message> said = kcat.read(topic).stream()
                .filter(message -> !message.type().contains("heartbeat"))
                .toList();
        for (Kcat.Message message : said.reversed()) {
            kcat.write(topic, message);
            if (message.type().contains("backup") && points.stream().anyMatch(message.body()::contains)) {
                kcat.write(topic, changed(message, message.type()));
            }
        }
        for (Kcat.Message message : said) {
            kcat.write(topic, message);
        }
    }

    /// The host carries out commands in their order, so what is refused last tells that all before was heard.
    private static void awaitRefusal(Kcat kcat, String commands, String events) throws Exception {
        Kcat.Message last = changed(kcat.read(commands).getLast(), "io.tidemark.never-heard-of.v1");
        String id = last.headers().getOrDefault("ce_id", "");
        kcat.write(commands, last);
        Tidemark.await(
                "a refusal of " + id,
                Stack.SOON,
                () -> kcat.read(events),
                found -> found.stream()
                        .anyMatch(event -> event.type().equals("io.tidemark.command-refused.v1")
                                && (event.headers().containsValue(id)
                                        || event.body().contains(id))));
    }

    /// The same for the orchestrator, which puts aside what it does not know.
    private static void awaitDeadLetter(Kcat kcat, String events) throws Exception {
        Kcat.Message last = changed(kcat.read(events).getLast(), "io.tidemark.never-heard-of.v1");
        String id = last.headers().getOrDefault("ce_id", "");
        kcat.write(events, last);
        Tidemark.await(
                "a dead letter for " + id,
                Stack.SOON,
                () -> kcat.read("tidemark.dead-letters"),
                letters -> letters.stream()
                        .anyMatch(letter -> letter.headers().containsValue(id)
                                || letter.body().contains(id)
                                || letter.body().contains("never-heard-of")));
    }

    private static Kcat.Message changed(Kcat.Message message, String type) {
        Map<String, String> headers = new TreeMap<>(message.headers());
        headers.put("ce_id", UUID.randomUUID().toString());
        headers.put("ce_type", type);
        return new Kcat.Message(headers, message.key(), message.body());
    }

    private static Set<String> checkpoints(Stack stack) throws Exception {
        return stack.libvirtd
                .virsh("checkpoint-list", "guest", "--name")
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static List<String> ids(Stack stack) throws Exception {
        return stack.tidemark.points(stack.vm).stream()
                .map(point -> point.path("id").asText())
                .toList();
    }
}
