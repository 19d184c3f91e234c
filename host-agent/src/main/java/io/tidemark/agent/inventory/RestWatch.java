package io.tidemark.agent.inventory;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Notices that an image is changed while its domain is off, which no bitmap needs to know of. What it compares
/// with is what it saw when it first found the domain off; a start in between makes that void. Safe for many
/// threads.
final class RestWatch {
    private final Map<DomainUuid, Map<String, String>> seen = new HashMap<>();

    /// The targets of the disks whose image is another one, or was changed, since the domain is off.
    synchronized Set<String> changed(DomainView off) {
        Map<String, String> before = seen.computeIfAbsent(off.uuid(), _ -> new HashMap<>());
        Set<String> changed = new HashSet<>();
        for (DomainDisk disk : off.disks()) {
            disk.path().ifPresent(image -> {
                String stamp = stamp(image);
                String known = before.putIfAbsent(disk.target(), stamp); // who looks beside this one is told as well
                if (known != null && !known.equals(stamp)) {
                    changed.add(disk.target());
                }
            });
        }
        return changed;
    }

    /// The domain runs, or did.
    synchronized void started(DomainUuid domain) {
        seen.remove(domain);
    }

    /// An image that cannot be looked at is one that differs from any that can.
    private static String stamp(Path image) {
        try {
            Map<String, Object> found = Files.readAttributes(image, "unix:dev,ino,size,lastModifiedTime,creationTime");
            long modified = found.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
            return found.get("dev") + ":" + found.get("ino") + ":" + found.get("size") + ":" + modified + ":"
                    + found.get("creationTime");
        } catch (IOException unreadable) {
            return "";
        }
    }
}
