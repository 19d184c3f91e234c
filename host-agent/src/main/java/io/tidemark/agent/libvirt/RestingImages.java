package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at the images of domains that are off, by `qemu-img info` without a lock, so that a start never waits for
/// it. What was found is kept for as long as none of a disk's images is changed. Safe for many threads.
final class RestingImages {
    private static final int KEPT_MAX = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Chain> kept = new LinkedHashMap<>();

    /// The images of a disk, from the top down.
    ///
    /// @param stamp changes when one of them does
    private record Chain(List<String> files, List<Map<String, BitmapView>> layers, String stamp) {}

    /// The same disk with the images below its top one; with none where they cannot be told.
    Optional<DomainXml.Disk> whole(DomainXml.Disk disk) {
        return chain(disk)
                .map(chain -> disk.onto(
                        chain.files().stream().skip(1).map(Optional::of).toList()));
    }

    /// The bitmaps that bear our mark, by disk and name. [RequestRefused] if an image cannot be looked at.
    Map<String, Map<String, BitmapView>> bitmaps(List<DomainXml.Disk> disks) {
        Map<String, Map<String, BitmapView>> found = new LinkedHashMap<>();
        for (DomainXml.Disk disk : disks) {
            found.put(disk.target(), disk.format().equals("qcow2") ? bitmaps(disk) : Map.of());
        }
        return found;
    }

    private Map<String, BitmapView> bitmaps(DomainXml.Disk disk) {
        return chain(disk)
                .map(chain -> ChainBitmaps.of(chain.layers()))
                .orElseThrow(() -> new RequestRefused("bitmaps of disk " + disk.target()
                        + ": expected an image that can be looked at, found "
                        + disk.source().orElse("none")));
    }

    /// Whether the top image has a bitmap of that name, and none below it has.
    boolean isInTopOnly(DomainXml.Disk disk, String bitmap) {
        return chain(disk)
                .map(Chain::layers)
                .filter(layers -> layers.getFirst().containsKey(bitmap))
                .filter(layers -> layers.stream().skip(1).noneMatch(layer -> layer.containsKey(bitmap)))
                .isPresent();
    }

    /// Begins a bitmap in a disk's top image.
    void addBitmap(DomainXml.Disk disk, String bitmap) {
        QemuImg.write("bitmap", "--add", "-f", disk.format(), "--", image(disk), bitmap);
    }

    /// Removes a bitmap from a disk's top image, if it is there. What lies below may be used by others.
    void removeBitmap(DomainXml.Disk disk, String bitmap) {
        boolean isThere = chain(disk)
                .map(chain -> chain.layers().getFirst().containsKey(bitmap))
                .orElse(false);
        if (isThere) {
            QemuImg.write("bitmap", "--remove", "-f", disk.format(), "--", image(disk), bitmap);
        }
    }

    private static String image(DomainXml.Disk disk) {
        return disk.source()
                .orElseThrow(
                        () -> new RequestRefused("disk " + disk.target() + ": expected a file or device of this host"));
    }

    /// Another text when one of a disk's images was changed or replaced. [RequestRefused] if they cannot be looked
    /// at.
    String stamp(DomainXml.Disk disk) {
        return chain(disk)
                .map(Chain::stamp)
                .orElseThrow(() -> new RequestRefused("images of disk " + disk.target()
                        + ": expected them readable, found " + disk.source().orElse("storage elsewhere")));
    }

    private synchronized Optional<Chain> chain(DomainXml.Disk disk) {
        if (disk.source().isEmpty()) {
            return Optional.empty();
        }
        String image = disk.source().get();
        try {
            Chain known = kept.get(image);
            if (known != null && known.stamp().equals(stamp(known.files()))) {
                return Optional.of(known);
            }
            Chain found = read(image, disk.format());
            if (kept.size() >= KEPT_MAX) {
                kept.clear();
            }
            kept.put(image, found);
            return Optional.of(found);
        } catch (IOException unreadable) {
            kept.remove(image);
            return Optional.empty();
        }
    }

    private static Chain read(String image, String format) throws IOException {
        List<String> files = new ArrayList<>();
        List<Map<String, BitmapView>> layers = new ArrayList<>();
        for (JsonNode layer : JSON.readTree(
                QemuImg.asked("info", "-U", "--backing-chain", "--output=json", "-f", format, "--", image))) {
            files.add(layer.path("filename").asText());
            layers.add(StoredBitmaps.of(layer));
        }
        if (files.isEmpty()) {
            throw new IOException(image + ": expected at least one image, found none");
        }
        return new Chain(List.copyOf(files), List.copyOf(layers), stamp(files));
    }

    private static String stamp(List<String> files) throws IOException {
        StringBuilder stamp = new StringBuilder();
        for (String file : files) {
            Map<String, Object> found = Files.readAttributes(Path.of(file), "unix:dev,ino,size,lastModifiedTime,ctime");
            stamp.append(found).append('/');
        }
        return stamp.toString();
    }
}
