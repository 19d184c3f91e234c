package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Looks at the images of domains that are off, without a lock, so that a start never waits for it. What was found
/// is kept for as long as none of a disk's images is changed, and not at all where one is a block device. Safe for
/// many threads.
final class RestingImages {
    private static final Logger LOG = Logger.getLogger(RestingImages.class);
    private static final int KEPT_MAX = 4096;

    private final Map<String, RestingChain> kept = new LinkedHashMap<>();

    /// The same disk with the images below its top one; with none where they cannot be told.
    Optional<DomainXml.Disk> whole(DomainXml.Disk disk) {
        return chain(disk)
                .map(chain -> disk.onto(
                        chain.files().stream().skip(1).map(Optional::of).toList()));
    }

    /// The bitmaps that bear our mark, by disk and name, without how much they name. [RequestRefused] if an image
    /// cannot be looked at.
    Map<String, Map<String, BitmapView>> bitmaps(List<DomainXml.Disk> disks) {
        return each(disks, chain -> ChainBitmaps.of(chain.bitmaps()));
    }

    /// The same with how much they name, which is read anew each time. [DomainBusy] if an image is changed
    /// meanwhile.
    Map<String, Map<String, BitmapView>> countedBitmaps(List<DomainXml.Disk> disks) {
        return each(disks, RestingImages::counted);
    }

    private Map<String, Map<String, BitmapView>> each(
            List<DomainXml.Disk> disks, Function<RestingChain, Map<String, BitmapView>> look) {
        Map<String, Map<String, BitmapView>> found = new LinkedHashMap<>();
        for (DomainXml.Disk disk : disks) {
            found.put(disk.target(), disk.format().equals("qcow2") ? look.apply(known(disk)) : Map.of());
        }
        return found;
    }

    private RestingChain known(DomainXml.Disk disk) {
        return chain(disk)
                .orElseThrow(() -> new RequestRefused("bitmaps of disk " + disk.target()
                        + ": expected an image that can be looked at, found "
                        + disk.source().orElse("none")));
    }

    private static Map<String, BitmapView> counted(RestingChain chain) {
        Map<String, BitmapView> views = ChainBitmaps.of(chain.bitmaps());
        views.replaceAll((name, view) -> switch (view.state()) {
            case RECORDING, NOT_RECORDING ->
                new BitmapView(view.state(), view.granularityBytes(), dirtyBytes(chain, name));
            case INCONSISTENT, GAP, MISSING -> view; // what is named there proves nothing
        });
        if (!isUnchanged(chain)) {
            throw new DomainBusy("images " + chain.files() + ": expected them unchanged while their bitmaps are read");
        }
        return views;
    }

    private static OptionalLong dirtyBytes(RestingChain chain, String bitmap) {
        try {
            return chain.dirtyBytes(bitmap);
        } catch (IOException unreadable) {
            LOG.debugf("bitmap %s is not counted: %s", bitmap, unreadable.getMessage());
            return OptionalLong.empty();
        }
    }

    private static boolean isUnchanged(RestingChain chain) {
        try {
            return chain.isUnchanged();
        } catch (IOException gone) {
            return false;
        }
    }

    /// Whether the top image has a bitmap of that name, and none below it has.
    boolean isInTopOnly(DomainXml.Disk disk, String bitmap) {
        return chain(disk)
                .map(RestingChain::bitmaps)
                .filter(layers -> layers.getFirst().containsKey(bitmap))
                .filter(layers -> layers.stream().skip(1).noneMatch(layer -> layer.containsKey(bitmap)))
                .isPresent();
    }

    /// Begins a bitmap in a disk's top image.
    void addBitmap(DomainXml.Disk disk, String bitmap) {
        write("--add", disk, bitmap);
    }

    /// Removes a bitmap from a disk's top image, if it is there. What lies below may be used by others.
    void removeBitmap(DomainXml.Disk disk, String bitmap) {
        boolean isThere = chain(disk)
                .map(chain -> chain.bitmaps().getFirst().containsKey(bitmap))
                .orElse(false);
        if (isThere) {
            write("--remove", disk, bitmap);
        }
    }

    /// What was kept of the image goes with it: times of a file system are no finer than some milliseconds.
    private void write(String how, DomainXml.Disk disk, String bitmap) {
        String image = image(disk);
        try {
            QemuImg.write("bitmap", how, "-f", disk.format(), "--", image, bitmap);
        } finally {
            forget(key(disk.format(), image));
        }
    }

    private synchronized void forget(String key) {
        kept.remove(key);
    }

    private static String key(String format, String image) {
        return format + ":" + image;
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
                .map(RestingChain::stamp)
                .orElseThrow(() -> new RequestRefused("images of disk " + disk.target()
                        + ": expected them readable, found " + disk.source().orElse("storage elsewhere")));
    }

    private synchronized Optional<RestingChain> chain(DomainXml.Disk disk) {
        if (disk.source().isEmpty()) {
            return Optional.empty();
        }
        String image = disk.source().get();
        String key = key(disk.format(), image);
        try {
            RestingChain known = kept.get(key);
            if (known != null && known.isUnchanged()) {
                return Optional.of(known);
            }
            RestingChain found = RestingChain.read(image, disk.format());
            keep(key, found);
            return Optional.of(found);
        } catch (IOException unreadable) {
            LOG.debugf("images of disk %s are not looked at: %s", disk.target(), unreadable.getMessage());
            kept.remove(key);
            return Optional.empty();
        }
    }

    private void keep(String key, RestingChain found) {
        if (kept.size() >= KEPT_MAX) {
            kept.clear();
        }
        if (found.isOfFiles()) {
            kept.put(key, found);
        }
    }
}
