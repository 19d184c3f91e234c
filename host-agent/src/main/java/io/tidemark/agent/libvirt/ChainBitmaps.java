package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Puts together what the images of one disk hold of each bitmap of ours. An increment needs it in every image from
/// the top down to that in which it began, recording and closed cleanly (libvirt, `backup.c`,
/// `qemuBlockBitmapChainIsValid`).
final class ChainBitmaps {
    private ChainBitmaps() {}

    /// By the bitmap's name; those that do not bear our mark are left out.
    ///
    /// @param layers what each image holds, from the top down
    static Map<String, BitmapView> of(List<Map<String, BitmapView>> layers) {
        Set<String> names = new LinkedHashSet<>();
        layers.forEach(layer -> names.addAll(layer.keySet()));
        names.removeIf(name -> !name.startsWith(BackupOrder.MARK));
        Map<String, BitmapView> views = new LinkedHashMap<>();
        names.forEach(name -> views.put(
                name, whole(layers.stream().map(layer -> layer.get(name)).toList())));
        return views;
    }

    /// A null stands for an image that has none.
    private static BitmapView whole(List<BitmapView> found) {
        List<BitmapView> there = found.stream().filter(each -> each != null).toList();
        long granularityBytes =
                there.stream().mapToLong(BitmapView::granularityBytes).max().orElseThrow();
        if (found.subList(0, there.size()).contains(null)) {
            return new BitmapView(BitmapState.GAP, granularityBytes, OptionalLong.empty());
        }
        OptionalLong dirtyBytes = there.size() == 1 ? there.getFirst().dirtyBytes() : OptionalLong.empty();
        return new BitmapView(worst(there), granularityBytes, dirtyBytes);
    }

    private static BitmapState worst(List<BitmapView> there) {
        for (BitmapState bad : List.of(BitmapState.INCONSISTENT, BitmapState.NOT_RECORDING)) {
            if (there.stream().anyMatch(each -> each.state() == bad)) {
                return bad;
            }
        }
        return BitmapState.RECORDING;
    }
}
