package io.tidemark.agent.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Names the images that a disk is made of, as text: another text means that the guest may see other bytes without
/// a bitmap that knows of it.
///
/// The top image is `device:inode:size`, each one below it `/device:inode:modified`, in nanoseconds. Nothing writes
/// to an image that others stand on, so one that was modified is another one. The top image is written all the
/// time, and its bitmap tells of that.
final class ImageIdentity {
    private ImageIdentity() {}

    /// Empty if one of the images cannot be looked at, or is not of this host.
    static Optional<String> of(DomainXml.Disk disk, OptionalLong virtualSizeBytes) {
        try {
            // the guest's size of the disk stands for the image's: a qcow2 file grows with every new cluster
            var text = new StringBuilder(file(disk.source(), "dev,ino") + ":" + virtualSizeBytes.orElse(-1));
            for (Optional<String> layer : disk.backing()) {
                text.append('/').append(file(layer, "dev,ino,lastModifiedTime"));
            }
            return Optional.of(text.toString());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static String file(Optional<String> source, String attributes) throws IOException {
        Path image = Path.of(source.orElseThrow(() -> new IOException("expected a file or device of this host")));
        Map<String, Object> found = Files.readAttributes(image, "unix:" + attributes);
        String file = found.get("dev") + ":" + found.get("ino");
        return found.get("lastModifiedTime") instanceof FileTime modified
                ? file + ":" + modified.to(TimeUnit.NANOSECONDS)
                : file;
    }
}
