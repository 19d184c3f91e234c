package io.tidemark.system.epochs;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One image file, and what the guest sees of the disk through it. Fields that are not final are its state.
final class RealImage {
    /// Of an image of which nothing else was said.
    static final int CLUSTER_BYTES = 65_536;

    /// Checkpoints whose bitmap in this image names whatever was written to it since.
    final Set<String> told = new TreeSet<>();

    final @Nullable RealImage below;
    final int clusterBytes;
    Path file;
    DiskContent content;

    RealImage(Path file, DiskContent content, @Nullable RealImage below, int clusterBytes) {
        this.file = file;
        this.content = content;
        this.below = below;
        this.clusterBytes = clusterBytes;
    }

    /// How many images it stands on, itself counted.
    int layers() {
        int layers = 1;
        for (RealImage layer = below; layer != null; layer = layer.below) {
            layers++;
        }
        return layers;
    }
}
