package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.qcow2.Qcow2Bitmap;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// The bitmaps that a qcow2 image holds, as its file says, or as QEMU describes an image in `query-block` and
/// `qemu-img info`. Source: QEMU, `qapi/block-core.json`, `Qcow2BitmapInfoFlags`.
final class StoredBitmaps {
    private StoredBitmaps() {}

    /// By name.
    static Map<String, BitmapView> of(List<Qcow2Bitmap> bitmaps) {
        Map<String, BitmapView> stored = new LinkedHashMap<>();
        for (Qcow2Bitmap bitmap : bitmaps) {
            BitmapState state = state(bitmap.isInUse(), bitmap.isAuto());
            stored.put(bitmap.name(), new BitmapView(state, bitmap.granularityBytes(), OptionalLong.empty()));
        }
        return stored;
    }

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

    private static BitmapState state(JsonNode bitmap) {
        Set<String> flags = new HashSet<>();
        bitmap.path("flags").forEach(flag -> flags.add(flag.asText()));
        return state(flags.contains("in-use"), flags.contains("auto"));
    }

    /// @param isInUse QEMU did not close it
    /// @param isAuto it records as soon as the image is opened
    private static BitmapState state(boolean isInUse, boolean isAuto) {
        if (isInUse) {
            return BitmapState.INCONSISTENT;
        }
        return isAuto ? BitmapState.RECORDING : BitmapState.NOT_RECORDING;
    }
}
