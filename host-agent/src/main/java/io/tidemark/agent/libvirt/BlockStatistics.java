package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.GuestIo;
import java.util.List;

/// Reads from QEMU's `query-blockstats` what the guest had of its disks: `BlockDeviceStats` in QEMU's
/// `qapi/block-core.json`. They are kept of the device, so what a backup reads through its export is not in them,
/// and a write's wait for its old block to be copied away is.
final class BlockStatistics {
    static final String COMMAND = "{\"execute\":\"query-blockstats\"}";

    private static final List<String> KINDS = List.of("rd", "wr", "flush");
    private static final ObjectMapper JSON = new ObjectMapper();

    private BlockStatistics() {}

    /// The sums of all devices.
    static GuestIo guestIo(String answer) {
        long requests = 0;
        long nanos = 0;
        for (JsonNode device : parse(answer).path("return")) {
            JsonNode stats = device.path("stats");
            for (String kind : KINDS) {
                requests += stats.path(kind + "_operations").asLong();
                nanos += stats.path(kind + "_total_time_ns").asLong();
            }
        }
        return new GuestIo(requests, nanos);
    }

    private static JsonNode parse(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("query-blockstats: expected JSON from QEMU", e);
        }
    }
}
