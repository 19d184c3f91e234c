package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.tour.Tidemark;
import java.util.Collections;
import java.util.List;
import java.util.ArrayList;
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
        List<String> points = ids(stack);
        String checkpoints = stack.libvirtd.virsh("checkpoint-list", "guest", "--name");

        List<Kcat.Message> said = new ArrayList<>(kcat.read(events));
        for (Kcat.Message command : kcat.read(commands)) {
            kcat.write(commands, command);
        }
        Collections.reverse(said);
        for (Kcat.Message event : said) {
            if (!event.type().contains("heartbeat")) {
                kcat.write(events, event);
            }
        }

        // a backup that was asked for after all that is heard after all that
        stack.assertNextBackupRestores();
        assertThat(ids(stack)).startsWith(points.toArray(String[]::new)).hasSize(points.size() + 1);
        Tidemark.await("no other checkpoint", Stack.SOON,
                () -> stack.libvirtd.virsh("checkpoint-list", "guest", "--name"), now -> now.strip().length() > 0);
        assertThat(checkpoints).isNotBlank();
        stack.assertNothingIsLeft();
    }

    private static List<String> ids(Stack stack) throws Exception {
        return stack.tidemark.points(stack.vm).stream().map(point -> point.path("id").asText()).toList();
    }
}
