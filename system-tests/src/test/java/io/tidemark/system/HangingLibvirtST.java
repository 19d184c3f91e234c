package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.tour.Tidemark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// libvirtd answers nothing for a minute: the agent says so and goes on living.
@ExtendWith(SharedStack.class)
class HangingLibvirtST {
    private static final int SILENT_SECONDS = 60;
    /// One heartbeat is sent every two seconds; a busy machine may delay some.
    private static final int HEARTBEATS_LEAST = SILENT_SECONDS / 4;

    @Test
    void heartbeatsGoOnWhileEveryLibvirtCallHangs(Stack stack) throws Exception {
        long before = heartbeats(stack).size();
        List<Kcat.Message> heard;
        Signals.send("STOP", stack.libvirtd.pid());
        try {
            TimeUnit.SECONDS.sleep(SILENT_SECONDS);
            heard = heartbeats(stack);
        } finally {
            Signals.send("CONT", stack.libvirtd.pid());
        }

        assertThat(heard.size() - before).isGreaterThan(HEARTBEATS_LEAST);
        assertThat(heard.getLast().body()).contains("\"hypervisorReachable\":false");
        Tidemark.await(
                "libvirt heard again",
                Duration.ofMinutes(1),
                () -> heartbeats(stack),
                now -> now.getLast().body().contains("\"hypervisorReachable\":true"));
        stack.assertNextBackupRestores();
    }

    private static List<Kcat.Message> heartbeats(Stack stack) throws java.io.IOException, InterruptedException {
        return new Kcat(stack.all.bootstrapServers())
                .read("tidemark.host." + stack.all.hostId() + ".events").stream()
                        .filter(message -> message.type().equals("io.tidemark.heartbeat.v1"))
                        .toList();
    }
}
