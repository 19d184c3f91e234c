package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import io.tidemark.agent.qcow2.Qcow2Image;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which images of one folder stand on which, as the images' headers say. An image elsewhere that stands on one of
/// them is not seen.
final class ImageFamily {
    private static final int FILES_MAX = 10_000;
    /// More than any chain that QEMU opens in bearable time.
    private static final int DEPTH_MAX = 200;

    private final Map<Path, Below> below;

    /// The image that another one stands on.
    record Below(Path path, ImageFormat format) {}

    private ImageFamily(Map<Path, Below> below) {
        this.below = below;
    }

    /// The images in a folder.
    static ImageFamily in(Path folder) {
        Map<Path, Below> below = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, file -> isImage(file))) {
            for (Path file : files) {
                if (below.size() >= FILES_MAX) {
                    throw new IOException("expected at most " + FILES_MAX + " images, found more");
                }
                below(file).ifPresent(found -> below.put(file, found));
            }
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "folder " + folder + ": " + e, e);
        }
        return new ImageFamily(below);
    }

    private static boolean isImage(Path file) {
        return Files.isRegularFile(file) && !VolumeFile.isPartial(file);
    }

    private static Optional<Below> below(Path file) {
        try (Qcow2Image image = Qcow2Image.open(file)) {
            Optional<Backing> backing = image.header().backing();
            if (backing.isEmpty()) {
                return Optional.empty();
            }
            Path path = VolumeFile.resolved(file.resolveSibling(backing.get().name()));
            boolean isRaw = backing.get().format().filter("raw"::equals).isPresent();
            return Optional.of(new Below(path, isRaw ? ImageFormat.RAW : ImageFormat.QCOW2));
        } catch (IOException | SnapshotException | IllegalArgumentException another) {
            return Optional.empty(); // no qcow2 image, or one on something that is not a file
        }
    }

    /// What an image stands on; empty if on nothing that is seen.
    Optional<Below> below(Path image, ImageFormat format) {
        return format == ImageFormat.RAW ? Optional.empty() : Optional.ofNullable(below.get(image));
    }

    /// The overlays that stand directly on an image.
    List<Path> on(Path image) {
        return below.entrySet().stream()
                .filter(each -> each.getValue().path().equals(image))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The overlays below an image, itself among them if it is one, and all that stand on it, from the bottom up.
    List<Path> overlays(Path image, ImageFormat format) {
        List<Path> overlays = new ArrayList<>();
        Path layer = image;
        Optional<Below> under = below(image, format);
        while (under.isPresent() && overlays.size() < DEPTH_MAX) {
            overlays.addFirst(layer);
            layer = under.get().path();
            under = below(layer, under.get().format());
        }
        List<Path> level = on(image);
        for (int depth = 0; depth < DEPTH_MAX && !level.isEmpty(); depth++) {
            overlays.addAll(level);
            level = level.stream().flatMap(each -> on(each).stream()).toList();
        }
        return overlays;
    }
}
