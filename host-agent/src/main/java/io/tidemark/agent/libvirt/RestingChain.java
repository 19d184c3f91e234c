package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.qcow2.DirtyRuns;
import io.tidemark.agent.qcow2.DirtyUnion;
import io.tidemark.agent.qcow2.Qcow2Bitmap;
import io.tidemark.agent.qcow2.Qcow2Exception;
import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import io.tidemark.agent.qcow2.Qcow2Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// The images of one disk of a domain that is off, from the top down, as they were when they were read.
///
/// @param isRead whether the images were read themselves; if not, QEMU was asked
record RestingChain(List<Layer> layers, boolean isRead) {
    private static final Logger LOG = Logger.getLogger(RestingChain.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /// As libvirt has it (`VIR_STORAGE_SOURCE_BACKING_CHAIN_MAX_DEPTH`); a chain may be a ring.
    private static final int LAYERS_MAX = 200;

    RestingChain {
        layers = List.copyOf(layers);
    }

    /// @param stamp changes when the file does
    record Layer(String file, Map<String, BitmapView> bitmaps, String stamp) {}

    private record Place(String file, String format) {}

    /// What the files say, or `qemu-img info` where that is more than is read here: storage over a network, an
    /// image without a said format, and what [Qcow2Image] does not take. Neither takes a lock.
    static RestingChain read(String image, String format) throws IOException {
        try {
            return new RestingChain(inFiles(new Place(image, format)), true);
        } catch (Qcow2Exception notRead) {
            LOG.debugf("QEMU is asked: %s", notRead.getMessage());
            return new RestingChain(asked(image, format), false);
        }
    }

    private static List<Layer> inFiles(Place top) throws IOException {
        List<Layer> layers = new ArrayList<>();
        Optional<Place> next = Optional.of(top);
        while (next.isPresent()) {
            if (layers.size() == LAYERS_MAX) {
                throw new IOException(
                        "image " + top.file() + ": expected at most " + LAYERS_MAX + " images, found more");
            }
            Place place = next.get();
            next = switch (place.format()) {
                case "qcow2" -> readQcow2(place.file(), layers);
                case "raw" -> {
                    layers.add(new Layer(place.file(), Map.of(), stamp(place.file())));
                    yield Optional.empty();
                }
                default -> throw unread(place.file(), "the format qcow2 or raw", place.format());
            };
        }
        return layers;
    }

    /// Answers what it stands on.
    private static Optional<Place> readQcow2(String file, List<Layer> layers) throws IOException {
        String before = stamp(file);
        try (Qcow2Image image = Qcow2Image.open(Path.of(file))) {
            Map<String, BitmapView> bitmaps = StoredBitmaps.of(image.bitmaps());
            if (!stamp(file).equals(before)) {
                throw new IOException("image " + file + ": expected it unchanged while it is read");
            }
            layers.add(new Layer(file, bitmaps, before));
            Optional<Backing> backing = image.header().backing();
            return backing.isEmpty() ? Optional.empty() : Optional.of(below(file, backing.get()));
        }
    }

    /// A name with a colon before the first slash is no path (QEMU, `block.c`, `path_has_protocol`). What has no
    /// format is for QEMU to guess.
    private static Place below(String file, Backing backing) throws Qcow2Exception {
        String name = backing.name();
        int colon = name.indexOf(':');
        if (backing.format().isEmpty()
                || (colon >= 0 && !name.substring(0, colon).contains("/"))) {
            throw unread(file, "a path and a format of the image below", backing);
        }
        try {
            return new Place(
                    Path.of(file).resolveSibling(name).toString(),
                    backing.format().get());
        } catch (InvalidPathException e) {
            throw unread(file, "a path of the image below", e);
        }
    }

    private static Qcow2Exception unread(String file, String expected, Object found) {
        return new Qcow2Exception.Unsupported("image " + file + ": expected " + expected + ", found " + found);
    }

    static List<Layer> asked(String image, String format) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (JsonNode layer : JSON.readTree(
                QemuImg.asked("info", "-U", "--backing-chain", "--output=json", "-f", format, "--", image))) {
            String file = layer.path("filename").asText();
            layers.add(new Layer(file, StoredBitmaps.of(layer), stamp(file)));
        }
        if (layers.isEmpty()) {
            throw new IOException(image + ": expected at least one image, found none");
        }
        return layers;
    }

    private static String stamp(String file) throws IOException {
        try {
            return Files.readAttributes(Path.of(file), "unix:dev,ino,size,lastModifiedTime,ctime")
                    .toString();
        } catch (InvalidPathException e) {
            throw new IOException("image " + file + ": expected a path", e);
        }
    }

    List<String> files() {
        return layers.stream().map(Layer::file).toList();
    }

    /// What each image holds.
    List<Map<String, BitmapView>> bitmaps() {
        return layers.stream().map(Layer::bitmaps).toList();
    }

    /// Another text when one of them was changed or replaced before it was read.
    String stamp() {
        return layers.stream().map(Layer::stamp).collect(Collectors.joining("/"));
    }

    /// Whether a write to any of the images shows in the stamp, which it does not on a block device: its node stays
    /// as it is.
    boolean isOfFiles() {
        return layers.stream().allMatch(layer -> Files.isRegularFile(Path.of(layer.file())));
    }

    /// Whether the files are as they were when they were read.
    boolean isUnchanged() throws IOException {
        for (Layer layer : layers) {
            if (!stamp(layer.file()).equals(layer.stamp())) {
                return false;
            }
        }
        return true;
    }

    /// How much the bitmaps of that name say together, in granules of the top one, as libvirt merges them for an
    /// increment (libvirt, `qemu_block.c`, `qemuBlockGetBitmapMergeActions`). Empty where the images were not read
    /// themselves.
    OptionalLong dirtyBytes(String bitmap) throws IOException {
        if (!isRead) {
            return OptionalLong.empty();
        }
        List<Qcow2Image> opened = new ArrayList<>();
        try {
            List<DirtyRuns> runs = new ArrayList<>();
            long granularityBytes = 0;
            for (Layer layer : layers) {
                if (layer.bitmaps().containsKey(bitmap)) {
                    Qcow2Image image = Qcow2Image.open(Path.of(layer.file()));
                    opened.add(image);
                    Qcow2Bitmap found = named(image, layer.file(), bitmap);
                    granularityBytes = granularityBytes == 0 ? found.granularityBytes() : granularityBytes;
                    runs.add(image.dirty(found));
                }
            }
            return runs.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(DirtyUnion.totalBytes(
                            runs, granularityBytes, opened.getFirst().header().virtualSizeBytes()));
        } finally {
            for (Qcow2Image image : opened) {
                image.close();
            }
        }
    }

    private static Qcow2Bitmap named(Qcow2Image image, String file, String bitmap) throws IOException {
        return image.bitmaps().stream()
                .filter(each -> each.name().equals(bitmap))
                .findFirst()
                .orElseThrow(() -> new IOException("image " + file + ": expected bitmap " + bitmap + ", found none"));
    }
}
