package io.tidemark.system.epochs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One image, as it really is. Its file is there for its times only. Fields that are not final are its state.
final class TrueImage {
    static final int GRANULE = 65_536;

    final Path file;
    final long inode;
    final long born;
    final @Nullable TrueImage below;
    final Map<String, Bitmap> bitmaps = new TreeMap<>();
    /// A version number for each granule.
    long[] content;
    private long modified;

    /// One bitmap in one image. Not final: what becomes of it.
    static final class Bitmap {
        final BitSet dirty = new BitSet();
        boolean isRecording = true;
        boolean isConsistent = true;
        /// Whether the image holds it, or only the QEMU that began it.
        boolean isStored;

        Bitmap copy() {
            var copy = new Bitmap();
            copy.dirty.or(dirty);
            copy.isRecording = isRecording;
            copy.isConsistent = isConsistent;
            copy.isStored = isStored;
            return copy;
        }
    }

    TrueImage(Path file, long inode, long born, long[] content, @Nullable TrueImage below) {
        this.file = file;
        this.inode = inode;
        this.born = born;
        this.content = content.clone();
        this.below = below;
        this.modified = born;
        touch(born);
    }

    void touch(long now) {
        modified = now;
        try {
            if (Files.notExists(file)) {
                Files.createFile(file);
            }
            Files.setLastModifiedTime(file, FileTime.from(now, TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Its file is another one than before, for whoever looks at its times only.
    void written() {
        touch(modified + 1);
    }

    /// The content as it is now.
    List<Long> copied() {
        return Arrays.stream(content).boxed().toList();
    }

    long sizeBytes() {
        return (long) content.length * GRANULE;
    }

    void set(int granule, long version, long now) {
        content[granule] = version;
        touch(now);
    }

    /// As QEMU does, and the tools that belong to it.
    void write(int granule, long version, long now) {
        set(granule, version, now);
        bitmaps.values().stream()
                .filter(bitmap -> bitmap.isRecording && bitmap.isConsistent)
                .forEach(bitmap -> bitmap.dirty.set(granule));
    }

    /// Another text when it, or an image below it, was changed or replaced.
    String stamp() {
        var text = new StringBuilder();
        for (TrueImage layer = this; layer != null; layer = layer.below) {
            text.append(layer.file(EpochFlaw.NONE))
                    .append(':')
                    .append(layer.modified)
                    .append('/');
        }
        return text.toString();
    }

    /// As the agent names it: see `ImageIdentity`.
    String identity(EpochFlaw flaw) {
        var text = new StringBuilder(file(flaw));
        if (flaw != EpochFlaw.SIZE_IGNORED) {
            text.append(':').append(sizeBytes());
        }
        for (TrueImage layer = below; layer != null; layer = layer.below) {
            text.append('/').append(layer.file(flaw)).append(':').append(layer.modified);
        }
        return text.toString();
    }

    private String file(EpochFlaw flaw) {
        return "1:" + inode + ":" + (flaw == EpochFlaw.BIRTH_IGNORED ? "" : Long.toString(born));
    }
}
