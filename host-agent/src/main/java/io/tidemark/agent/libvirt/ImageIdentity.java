package io.tidemark.agent.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Names the images that a disk is made of, as text: another text means that the guest may see other bytes without
/// a bitmap that knows of it.
///
/// The top image is `device:inode:born:size`, each one below it `/device:inode:born:modified`, times in
/// nanoseconds. A file system gives the inode of a deleted file to the next one, so when a file was born tells the
/// two apart; where it does not say, that is empty. Nothing writes to an image that others stand on, so one that
/// was modified is another one. The top image is written all the time, and its bitmap tells of that.
final class ImageIdentity {
    private ImageIdentity() {}

    /// Empty if one of the images cannot be looked at, or is not of this host.
    static Optional<String> of(DomainXml.Disk disk, OptionalLong virtualSizeBytes) {
        try {
            // the guest's size of the disk stands for the image's: a qcow2 file grows with every new cluster
            var text = new StringBuilder(file(disk.source()).born() + ":" + virtualSizeBytes.orElse(-1));
            for (Optional<String> layer : disk.backing()) {
                File file = file(layer);
                text.append('/').append(file.born()).append(':').append(file.modified());
            }
            return Optional.of(text.toString());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /// A file as it was looked at; times are nanoseconds.
    private record File(Object device, Object inode, String birth, long modified) {
        String born() {
            return device + ":" + inode + ":" + birth;
        }
    }

    private static File file(Optional<String> source) throws IOException {
        Path image = Path.of(source.orElseThrow(() -> new IOException("expected a file or device of this host")));
        Map<String, Object> found = look(image);
        Object device = found.getOrDefault("dev", "");
        long created = nanos(found.get("creationTime"));
        long modified = nanos(found.get("lastModifiedTime"));
        boolean isBirth = created != modified || tellsBirths(image, device);
        return new File(device, found.getOrDefault("ino", ""), isBirth ? Long.toString(created) : "", modified);
    }

    /// Java says that a file was created when it was last modified where the file system does not say when, and
    /// says the same of one that nobody has changed since. A folder changes after its creation, with each file that
    /// is made in it later: one that did, on the image's own file system, shows that births are told there.
    private static boolean tellsBirths(Path image, Object device) throws IOException {
        for (Path folder = image.toRealPath().getParent(); folder != null; folder = folder.getParent()) {
            Map<String, Object> found = look(folder);
            if (!device.equals(found.get("dev"))) {
                return false;
            }
            if (nanos(found.get("creationTime")) != nanos(found.get("lastModifiedTime"))) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Object> look(Path file) throws IOException {
        return Files.readAttributes(file, "unix:dev,ino,creationTime,lastModifiedTime");
    }

    private static long nanos(@Nullable Object time) {
        return time instanceof FileTime known ? known.to(TimeUnit.NANOSECONDS) : 0;
    }
}
