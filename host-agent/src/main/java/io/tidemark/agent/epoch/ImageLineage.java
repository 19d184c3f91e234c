package io.tidemark.agent.epoch;

import io.tidemark.schemas.id.DomainUuid;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Remembers, on disk, which images go on what others began: an overlay that we laid with the bitmaps of the
/// image below, and an image into which we merged one with its bitmaps. Such a disk keeps the identity under
/// which its epochs began. Any other image in its place has another one, and so has the first image itself if
/// the disk stands on it again without our merge: its bitmaps know nothing of what was written to the overlay.
/// Safe for many threads.
///
/// The file has a line for each disk that stands on an overlay of ours: the identity of its first image, and
/// that of the one it stands on, with a space between, encoded as in a URL's query. It is written anew with
/// each change, under another name first. Without it these disks are backed up full.
public final class ImageLineage {
    private static final int WORDS = 2;
    private static final String LEFT = " left";

    private final @Nullable Path file;
    /// The image that each line has come to, by its first one.
    private final Map<String, String> current = new LinkedHashMap<>();

    private ImageLineage(@Nullable Path file) {
        this.file = file;
    }

    /// What the disks of a domain were while its images move: by domain, then by target.
    private final Map<DomainUuid, Map<String, String>> held = new HashMap<>();
    private long moves;

    /// Remembers nothing beyond this process.
    public static ImageLineage inMemory() {
        return new ImageLineage(null);
    }

    /// Reads the file, if there is one. One that cannot be read is an [UncheckedIOException] that names it.
    public static ImageLineage open(Path file) {
        ImageLineage read = new ImageLineage(file);
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (String line : lines) {
                String[] words = line.split(" ", -1);
                if (words.length != WORDS) {
                    throw new IOException("line: expected two identities, found " + line);
                }
                read.current.put(decoded(words[0]), decoded(words[1]));
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "lineage at " + file + ": " + e.getMessage()
                            + "; without the file the next backup of each disk on an overlay of ours is full",
                    e);
        }
    }

    /// From here on the images of a domain move, by our hand: until [#release] whoever looks sees its disks as
    /// they are named here, by target, and can say nothing of their bitmaps.
    public synchronized void hold(DomainUuid domain, Map<String, String> identities) {
        moves++;
        held.put(domain, Map.copyOf(identities));
    }

    /// The images stay where they are. Safe to call twice.
    public synchronized void release(DomainUuid domain) {
        moves++;
        held.remove(domain);
    }

    /// Another number than before means that images of some domain moved in between.
    public synchronized long moves() {
        return moves;
    }

    /// Whether the images of the domain move now.
    public synchronized boolean isHeld(DomainUuid domain) {
        return held.containsKey(domain);
    }

    /// The disk's identity as epochs know it.
    public synchronized String of(DomainUuid domain, String target, String identity) {
        return held.getOrDefault(domain, Map.of()).getOrDefault(target, of(identity));
    }

    /// The identity of the first image of the line that has come to this one; of an image of no line its own.
    public synchronized String of(String identity) {
        for (Map.Entry<String, String> line : current.entrySet()) {
            if (line.getValue().equals(identity)) {
                return line.getKey();
            }
        }
        return current.containsKey(identity) ? identity + LEFT : identity;
    }

    /// The image `after` goes on what `before` was, bitmaps and all: nobody wrote to the disk without them in
    /// between.
    public synchronized void goesOn(Optional<String> before, Optional<String> after) {
        if (before.isEmpty() || after.isEmpty() || before.equals(after)) {
            return;
        }
        String begun = of(before.get());
        if (begun.equals(after.get())) {
            current.remove(begun);
        } else {
            current.put(begun, after.get());
        }
        write();
    }

    private void write() {
        if (file == null) {
            return;
        }
        String text = current.entrySet().stream()
                .map(each -> encoded(each.getKey()) + " " + encoded(each.getValue()) + "\n")
                .collect(Collectors.joining());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(StandardCharsets.UTF_8.encode(text));
            out.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("lineage at " + file + ": expected to write it, found " + e, e);
        }
    }

    private static String encoded(String identity) {
        return URLEncoder.encode(identity, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
