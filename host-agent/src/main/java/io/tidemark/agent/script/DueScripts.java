package io.tidemark.agent.script;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.ScriptSetId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Remembers, on disk, whose `post-thaw` is due: a file for each point, by its id, that holds set, domain and the
/// VM's name, encoded as in a URL's query, with a space between. It is there before `pre-freeze` begins and until
/// `post-thaw` has ended.
///
/// @param folder is made with the first of them
record DueScripts(Path folder) {
    private static final String UNFINISHED = ".next";

    void add(ScriptOrder order) {
        Path file = file(order.point());
        Path next = file.resolveSibling(file.getFileName() + UNFINISHED);
        String text = order.set() + " " + order.domain() + " "
                + URLEncoder.encode(order.vmName(), StandardCharsets.UTF_8) + "\n";
        try {
            Files.createDirectories(folder);
            try (FileChannel out = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                out.write(StandardCharsets.UTF_8.encode(text));
                out.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force();
        } catch (IOException e) {
            throw new UncheckedIOException("due script at " + file + ": expected to write it", e);
        }
    }

    private void force() throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /// Empty if none is due.
    Optional<ScriptOrder> of(RestorePointId point) {
        Path file = file(point);
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            if (words.length != 3) {
                throw new IOException("expected set, domain and name, found " + words.length + " words");
            }
            return Optional.of(new ScriptOrder(
                    new ScriptSetId(words[0]),
                    DomainUuid.of(words[1]),
                    URLDecoder.decode(words[2], StandardCharsets.UTF_8),
                    point));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new UncheckedIOException(
                    "due script at " + file + ": expected to read it, found " + e.getMessage(), new IOException(e));
        }
    }

    void remove(RestorePointId point) {
        Path file = file(point);
        try {
            if (Files.deleteIfExists(file)) {
                force();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("due script at " + file + ": expected to delete it", e);
        }
    }

    List<RestorePointId> all() {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .flatMap(DueScripts::point)
                    .sorted((one, other) -> one.value().compareTo(other.value()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("due scripts in " + folder + ": expected to list them", e);
        }
    }

    /// None for what is half written, or is not ours.
    private static Stream<RestorePointId> point(String name) {
        try {
            return Stream.of(RestorePointId.of(name));
        } catch (IllegalArgumentException notAPoint) {
            return Stream.empty();
        }
    }

    private Path file(RestorePointId point) {
        return folder.resolve(point.toString());
    }
}
