package io.tidemark.agent.epoch;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Remembers, on disk, which bitmaps prove nothing although they record: what is on the disk changed without them,
/// and nothing in the image says so. A doubt lasts as long as the bitmap. Safe for many threads.
///
/// A disk is named by what stays with it, its serial, or else by its target. The file has a line for each: domain,
/// disk, checkpoint and reason, with a space between, the names encoded as in a URL's query. It is
/// written anew with each change, under another name first.
public final class EpochDoubts {
    /// Of all disks.
    private static final String EVERY = "*";

    private final Path file;
    private final Map<Doubted, Reason> doubts = new TreeMap<>(Comparator.comparing(Doubted::line));
    /// Cast on all that a domain has, before anybody looked what that is.
    private final Map<DomainUuid, Reason> unsettled = new HashMap<>();

    private record Doubted(DomainUuid domain, String disk, String checkpoint) {
        String line() {
            return domain + " " + URLEncoder.encode(disk, StandardCharsets.UTF_8) + " "
                    + URLEncoder.encode(checkpoint, StandardCharsets.UTF_8);
        }
    }

    private EpochDoubts(Path file) {
        this.file = file;
    }

    /// Reads the file, if there is one. One that cannot be read is no reason to believe any bitmap, so it is an
    /// [UncheckedIOException] that names the line.
    public static EpochDoubts open(Path file) {
        EpochDoubts read = new EpochDoubts(file);
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).forEach(read::take);
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("doubts at " + file + ": expected to read them", e);
        } catch (IllegalArgumentException unknown) {
            throw new UncheckedIOException(
                    "doubts at " + file + ": " + unknown.getMessage()
                            + "; without the file the next backup of each VM of this host has to be full",
                    new IOException(unknown));
        }
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException("line: expected domain, disk, checkpoint and reason, found " + line);
        }
        doubts.put(
                new Doubted(DomainUuid.of(words[0]), name(words[1]), name(words[2])),
                Reason.valueOf(words[3].toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    private static String name(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    /// Doubts all bitmaps that the domain has now on any disk. Until [#settle] says which these are, it doubts
    /// whatever it is asked for. Does not write.
    public synchronized void cast(DomainUuid domain, Reason reason) {
        unsettled.putIfAbsent(domain, reason);
    }

    /// Says which checkpoints the domain has. What was cast on it is now on these, and doubts of others are
    /// forgotten: nothing must have begun another since they were looked at.
    public synchronized void settle(DomainUuid domain, Collection<String> checkpoints) {
        Reason cast = unsettled.remove(domain);
        boolean isChanged = doubts.keySet()
                .removeIf(each -> each.domain().equals(domain) && !checkpoints.contains(each.checkpoint()));
        if (cast != null) {
            for (String checkpoint : checkpoints) {
                isChanged |= doubts.putIfAbsent(new Doubted(domain, EVERY, checkpoint), cast) == null;
            }
        }
        if (isChanged) {
            write();
        }
    }

    /// Doubts the bitmaps of one disk.
    public synchronized void doubt(DomainUuid domain, String disk, Collection<String> checkpoints, Reason reason) {
        boolean isChanged = false;
        for (String checkpoint : checkpoints) {
            isChanged |= doubts.putIfAbsent(new Doubted(domain, disk, checkpoint), reason) == null;
        }
        if (isChanged) {
            write();
        }
    }

    /// Why the checkpoint's bitmaps prove nothing, by disk; none is absent. A doubt of all disks is one of each
    /// that is asked for.
    public synchronized Map<String, Reason> of(DomainUuid domain, String checkpoint, Set<String> disks) {
        Map<String, Reason> found = new HashMap<>();
        Reason ofAll = unsettled.getOrDefault(domain, doubts.get(new Doubted(domain, EVERY, checkpoint)));
        for (String disk : disks) {
            Reason reason = doubts.getOrDefault(new Doubted(domain, disk, checkpoint), ofAll);
            if (reason != null) {
                found.put(disk, reason);
            }
        }
        return found;
    }

    private void write() {
        String text = doubts.entrySet().stream()
                .map(each -> each.getKey().line() + " " + each.getValue().code() + "\n")
                .collect(Collectors.joining());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(StandardCharsets.UTF_8.encode(text));
            out.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("doubts at " + file + ": expected to write them", e);
        }
    }
}
