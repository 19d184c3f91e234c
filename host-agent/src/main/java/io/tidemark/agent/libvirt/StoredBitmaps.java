package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// The bitmaps that a qcow2 image holds, as QEMU describes an image in `query-block` and `qemu-img info`. Source:
/// QEMU, `qapi/block-core.json`, `Qcow2BitmapInfoFlags`.
final class StoredBitmaps {
    private StoredBitmaps() {}

    /// By name; empty for an image that holds none, or is no qcow2 image.
    static Map<String, BitmapView> of(JsonNode image) {
        Map<String, BitmapView> stored = new LinkedHashMap<>();
        for (JsonNode bitmap : image.path("format-specific").path("data").path("bitmaps")) {
            stored.put(
                    bitmap.path("name").asText(),
                    new BitmapView(state(bitmap), bitmap.path("granularity").asLong(), OptionalLong.empty()));
        }
        return stored;
    }

    /// `in-use`: QEMU did not close it. `auto`: it records as soon as the image is opened.
    private static BitmapState state(JsonNode bitmap) {
        boolean isAuto = false;
        for (JsonNode flag : bitmap.path("flags")) {
            if (flag.asText().equals("in-use")) {
                return BitmapState.INCONSISTENT;
            }
            isAuto |= flag.asText().equals("auto");
        }
        return isAuto ? BitmapState.RECORDING : BitmapState.NOT_RECORDING;
    }
}
