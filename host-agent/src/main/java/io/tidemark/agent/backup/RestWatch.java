package io.tidemark.agent.backup;

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
import java.util.stream.Collectors;

/// Notices that an image is changed while its domain is off, which no bitmap needs to know of. What it compares
/// with is what it saw when it first found the domain off, at the same path, whichever target that has by now, or
/// at the same target where the path is new; a start in between makes that void. Safe for many threads.
public final class RestWatch {
    /// By path, and by target.
    private final Map<DomainUuid, Map<String, String>> seen = new HashMap<>();
    private final Map<DomainUuid, Long> starts = new HashMap<>();

    /// The targets of the disks whose image is another one, or was changed, since the domain is off.
    public synchronized Set<String> changed(DomainView off) {
        Map<String, String> before = seen.computeIfAbsent(off.uuid(), _ -> new HashMap<>());
        Set<String> changed = new HashSet<>();
        for (DomainDisk disk : off.disks()) {
            disk.path().ifPresent(image -> {
                String stamp = stamp(image);
                String there = before.getOrDefault(image.toString(), before.get(disk.target()));
                String known = there == null ? stamp : there;
                before.putIfAbsent(image.toString(), known); // who looks beside this one is told as well
                before.putIfAbsent(disk.target(), known);
                if (!known.equals(stamp)) {
                    changed.add(disk.target());
                }
            });
        }
        return changed;
    }

    /// What was changed of these disks is a doubt of all bitmaps of now. From here on only what changes later is a
    /// change.
    public synchronized void forget(DomainView off, Set<String> targets) {
        restamp(off, targets);
    }

    /// Runs a write of ours to images of a domain that is off, which is no change if it succeeds. What others
    /// changed before it stays one; of a write that fails nobody knows whose hand was in it.
    ///
    /// @return whether nothing was changed by others
    public synchronized boolean write(DomainView off, Runnable write) {
        Set<String> changed = changed(off);
        write.run();
        Set<String> written =
                off.disks().stream().map(DomainDisk::target).collect(Collectors.toCollection(HashSet::new));
        written.removeAll(changed);
        restamp(off, written);
        return changed.isEmpty();
    }

    private void restamp(DomainView off, Set<String> targets) {
        Map<String, String> now = seen.computeIfAbsent(off.uuid(), _ -> new HashMap<>());
        for (DomainDisk disk : off.disks()) {
            if (targets.contains(disk.target())) {
                disk.path().ifPresent(image -> {
                    String stamp = stamp(image);
                    now.put(image.toString(), stamp);
                    now.put(disk.target(), stamp);
                });
            }
        }
    }

    /// The domain runs, or did.
    public synchronized void started(DomainUuid domain) {
        seen.remove(domain);
        starts.merge(domain, 1L, Long::sum);
    }

    /// Another number than before means that the domain ran in between.
    synchronized long starts(DomainUuid domain) {
        return starts.getOrDefault(domain, 0L);
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
