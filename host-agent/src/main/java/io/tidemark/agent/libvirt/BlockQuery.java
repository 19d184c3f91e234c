package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/// Reads from QEMU's `query-block` how big a disk is and what its bitmaps are good for. While a backup job runs,
/// QEMU's filter lies on top of the image and hides its bitmaps (observed with libvirt 9.0 and QEMU 7.2), which
/// says nothing about them.
final class BlockQuery {
    static final String COMMAND = "{\"execute\":\"query-block\"}";

    private static final String BACKUP_FILTER = "copy-before-write";
    private static final String LIBVIRTS_NODE = "libvirt-";
    private static final ObjectMapper JSON = new ObjectMapper();

    private BlockQuery() {}

    /// The bitmaps that bear our mark, by disk and name. Throws [DomainBusy] if a backup job hides those of a disk.
    static Map<String, Map<String, BitmapView>> bitmaps(String answer, List<DomainXml.Disk> disks) {
        JsonNode devices = parse(answer).path("return");
        Map<String, Map<String, BitmapView>> bitmaps = new LinkedHashMap<>();
        for (DomainXml.Disk disk : disks) {
            List<Map<String, BitmapView>> layers = disk.alias()
                    .flatMap(alias -> device(devices, alias))
                    .map(device -> layers(unhidden(device, disk)))
                    .orElse(List.of());
            bitmaps.put(disk.target(), ChainBitmaps.of(layers));
        }
        return bitmaps;
    }

    /// The top image's as QEMU keeps them now, of the images below it as they are in the files, where nothing
    /// writes.
    private static List<Map<String, BitmapView>> layers(JsonNode device) {
        List<Map<String, BitmapView>> layers = new ArrayList<>();
        layers.add(kept(device.path("inserted").path("dirty-bitmaps")));
        JsonNode image = device.path("inserted").path("image").path("backing-image");
        for (; image.isObject(); image = image.path("backing-image")) {
            layers.add(StoredBitmaps.of(image));
        }
        return layers;
    }

    private static Map<String, BitmapView> kept(JsonNode bitmaps) {
        Map<String, BitmapView> kept = new LinkedHashMap<>();
        for (JsonNode bitmap : bitmaps) {
            kept.put(
                    bitmap.path("name").asText(),
                    new BitmapView(
                            state(bitmap),
                            bitmap.path("granularity").asLong(),
                            OptionalLong.of(bitmap.path("count").asLong())));
        }
        return kept;
    }

    /// The nodes of those top images that have the bitmap, and no backup job that hides it.
    static List<String> nodesWith(String answer, String bitmap) {
        return StreamSupport.stream(parse(answer).path("return").spliterator(), false)
                .map(device -> device.path("inserted"))
                .filter(image -> kept(image.path("dirty-bitmaps")).containsKey(bitmap))
                .map(image -> image.path("node-name").asText())
                .toList();
    }

    /// The command that removes the bitmap from a node.
    static String removal(String node, String bitmap) {
        return JSON.createObjectNode()
                .put("execute", "block-dirty-bitmap-remove")
                .set("arguments", JSON.createObjectNode().put("node", node).put("name", bitmap))
                .toString();
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

    /// libvirt backs up the node that it has made of a disk's top image, whatever the guest writes to by now.
    /// [DomainBusy] if that is another one, as after a snapshot by QMP alone: its name does not begin as those of
    /// libvirt do (`docs/protocols/libvirt.md`).
    static void requireLibvirtsImages(String answer, List<DomainXml.Disk> disks) {
        JsonNode devices = parse(answer).path("return");
        for (DomainXml.Disk disk : disks) {
            JsonNode top = disk.alias()
                    .flatMap(alias -> device(devices, alias))
                    .map(device -> device.path("inserted"))
                    .orElse(MissingNode.getInstance());
            String node = top.path("node-name").asText();
            if (!node.isEmpty() && !node.startsWith(LIBVIRTS_NODE) && !isOurFilter(top, disk)) {
                throw new DomainBusy("disk " + disk.target() + ": expected the guest on an image that libvirt knows,"
                        + " found it on node " + node + ", laid over it beside libvirt");
            }
        }
    }

    /// The filter of a snapshot of ours, over the file that libvirt knows. It lies over raw images only, which have
    /// no bitmaps that it could hide.
    private static boolean isOurFilter(JsonNode top, DomainXml.Disk disk) {
        return top.path("node-name").asText().startsWith(CopyFilter.MARK)
                && disk.format().equals("raw")
                && disk.source().equals(Optional.of(top.path("file").asText()));
    }

    private static JsonNode unhidden(JsonNode device, DomainXml.Disk disk) {
        JsonNode top = device.path("inserted");
        if (top.path("drv").asText().equals(BACKUP_FILTER) && !isOurFilter(top, disk)) {
            throw new DomainBusy(
                    "bitmaps of disk " + disk.target() + ": expected no backup job, found that one hides them");
        }
        return device;
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
