package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.BitmapState;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/// Reads from QEMU's `query-block` how big a disk is and what state a named bitmap has on its top image. A gap
/// further down in the backing chain does not show here. While a backup job runs, QEMU's filter lies on top of the
/// image and hides its bitmaps (observed with libvirt 9.0 and QEMU 7.2), which says nothing about them.
final class BlockQuery {
    static final String COMMAND = "{\"execute\":\"query-block\"}";

    private static final String BACKUP_FILTER = "copy-before-write";
    private static final ObjectMapper JSON = new ObjectMapper();

    private BlockQuery() {}

    /// Throws [DomainBusy] if a backup job hides the bitmaps of a disk.
    static Map<String, BitmapState> states(String answer, List<DomainXml.Disk> disks, String bitmap) {
        JsonNode devices = parse(answer).path("return");
        Map<String, BitmapState> states = new LinkedHashMap<>();
        for (DomainXml.Disk disk : disks) {
            BitmapState state = disk.alias()
                    .flatMap(alias -> device(devices, alias))
                    .flatMap(device -> bitmap(unhidden(device, disk.target()), bitmap))
                    .map(BlockQuery::state)
                    .orElse(BitmapState.MISSING);
            states.put(disk.target(), state);
        }
        return states;
    }

    /// The size that the guest sees, in bytes; empty for a device without a medium.
    static OptionalLong virtualSize(String answer, DomainXml.Disk disk) {
        return disk.alias()
                .flatMap(alias -> device(parse(answer).path("return"), alias))
                .map(device -> device.path("inserted").path("image").path("virtual-size"))
                .filter(JsonNode::isIntegralNumber)
                .map(size -> OptionalLong.of(size.asLong()))
                .orElse(OptionalLong.empty());
    }

    private static Optional<JsonNode> device(JsonNode devices, String alias) {
        return StreamSupport.stream(devices.spliterator(), false)
                .filter(device ->
                        List.of(device.path("qdev").asText().split("/")).contains(alias))
                .findFirst();
    }

    private static JsonNode unhidden(JsonNode device, String target) {
        if (device.path("inserted").path("drv").asText().equals(BACKUP_FILTER)) {
            throw new DomainBusy("bitmaps of disk " + target + ": expected no backup job, found that one hides them");
        }
        return device;
    }

    private static Optional<JsonNode> bitmap(JsonNode device, String name) {
        JsonNode bitmaps = device.path("inserted").path("dirty-bitmaps");
        return StreamSupport.stream(bitmaps.spliterator(), false)
                .filter(bitmap -> bitmap.path("name").asText().equals(name))
                .findFirst();
    }

    private static BitmapState state(JsonNode bitmap) {
        if (bitmap.path("inconsistent").asBoolean()) {
            return BitmapState.INCONSISTENT;
        }
        return bitmap.path("recording").asBoolean() ? BitmapState.RECORDING : BitmapState.NOT_RECORDING;
    }

    private static JsonNode parse(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("query-block: expected JSON from QEMU", e);
        }
    }
}
