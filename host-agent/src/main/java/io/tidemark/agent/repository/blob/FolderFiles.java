package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files below one folder. A name appears with its whole synced content or not at all: a temporary file is
/// synced, linked to the name, which fails if the name is taken, and the folder synced. Nothing is ever
/// overwritten.
public final class FolderFiles {
    private static final String TEMPORARY = "tmp";
    /// Cannot stand in an owner, so that no owner's names begin like those of another.
    private static final String OWNER_END = ".";

    private static final int OWNER_CHARACTERS_MAX = 100;
    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9-]{1," + OWNER_CHARACTERS_MAX + "}");

    private final Path root;
    private final StepGate gate;
    private final Set<String> durableFolders = ConcurrentHashMap.newKeySet();

    public FolderFiles(Path root, StepGate gate) {
        this.root = root;
        this.gate = gate;
    }

    public Path path(String name) {
        return root.resolve(name);
    }

    /// Makes a folder that lasts. One that is there may have been made by somebody who died before it was synced.
    public void createFolder(String name) {
        gate.before("create folder " + name);
        run(name, () -> {
            Path folder = path(name);
            if (!durableFolders.contains(name) || !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                for (Path parent = folder.getParent(); parent != null && parent.startsWith(root); ) {
                    sync(parent);
                    parent = parent.getParent();
                }
                durableFolders.add(name);
            }
            return folder;
        });
    }

    /// A new file for work in progress, in the repository's own file system. Its name tells the owner.
    ///
    /// @param owner 1 to 100 letters, digits and `-`
    public TemporaryFile createTemporary(String owner) {
        String prefix = prefix(owner);
        gate.before("create temporary");
        return run(TEMPORARY, () -> {
            Path file = Files.createTempFile(path(TEMPORARY), prefix, ".tmp");
            return new TemporaryFile(
                    this, file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        });
    }

    /// Deletes what a process that died left of an owner's work in progress.
    public void deleteTemporaries(String owner) {
        String prefix = prefix(owner);
        list(TEMPORARY).stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> deleteIfPresent(path(TEMPORARY).resolve(name)));
    }

    private static String prefix(String owner) {
        if (!OWNER.matcher(owner).matches()) {
            throw new IllegalArgumentException("owner of work in progress: expected 1 to " + OWNER_CHARACTERS_MAX
                    + " letters, digits and -, found " + owner);
        }
        return owner + OWNER_END;
    }

    void close(TemporaryFile temporary) {
        run(TEMPORARY, () -> {
            temporary.channel().close();
            return temporary;
        });
        deleteIfPresent(temporary.path());
    }

    /// Writes all of `bytes` at `position`.
    public void write(FileChannel channel, ByteBuffer bytes, long position) {
        gate.before("write");
        run("temporary file", () -> {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            return at;
        });
    }

    /// Puts what was written so far on stable storage.
    public void sync(TemporaryFile temporary, String name) {
        gate.before("sync " + name);
        run(name, () -> {
            temporary.channel().force(true);
            return name;
        });
    }

    /// Syncs a temporary file and gives it its name, once; false if the name is taken. The name lasts when its
    /// folder is synced.
    public boolean link(TemporaryFile temporary, String name) {
        sync(temporary, name);
        gate.before("link " + name);
        return run(name, () -> {
            try {
                Files.createLink(path(name), temporary.path());
                return true;
            } catch (FileAlreadyExistsException _) {
                return false;
            }
        });
    }

    /// Makes the names in a folder last.
    public void syncFolder(String folder) {
        gate.before("sync folder " + folder);
        run(folder, () -> sync(path(folder)));
    }

    /// Creates a small file with its content; false if the name is taken. Either way the name lasts.
    public boolean createIfAbsent(String name, byte[] content) {
        try (TemporaryFile temporary = createTemporary("file")) {
            write(temporary.channel(), ByteBuffer.wrap(content), 0);
            boolean isCreated = link(temporary, name);
            gate.before("sync folder of " + name);
            run(name, () -> sync(path(name).resolveSibling("")));
            return isCreated;
        }
    }

    public Optional<byte[]> read(String name) {
        return run(name, () -> {
            try {
                return Optional.of(Files.readAllBytes(path(name)));
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    /// What tells the file of that name from another; empty if there is none.
    public Optional<FileStamp> stamp(String name) {
        return run(name, () -> {
            try {
                var found = Files.readAttributes(path(name), BasicFileAttributes.class);
                return Optional.of(
                        new FileStamp(String.valueOf(found.fileKey()), found.size(), found.lastModifiedTime()));
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    /// The names in a folder, sorted; none if it is missing.
    public List<String> list(String folder) {
        return run(folder, () -> {
            try (Stream<Path> files = Files.list(path(folder))) {
                return files.map(file -> String.valueOf(file.getFileName()))
                        .sorted()
                        .toList();
            } catch (NoSuchFileException _) {
                return List.of();
            }
        });
    }

    public void deleteIfPresent(Path file) {
        gate.before("delete " + file);
        run(file.toString(), () -> Files.deleteIfExists(file));
    }

    /// The repository's own error for an error of the file system.
    public RepositoryException typed(String name, IOException error) {
        String text = String.valueOf(error.getMessage());
        String thing = "Repository " + root + ": " + name;
        if (text.contains("No space left") || text.contains("quota exceeded")) {
            return new RepositoryFull(thing + ": expected free space, found none (" + text + ")", error);
        }
        if (error instanceof AccessDeniedException || text.contains("Read-only file system")) {
            return new RepositoryUnavailable(thing + ": expected to be allowed, found access denied", error);
        }
        return new RepositoryUnavailable(thing + ": expected to be usable, found " + error, error);
    }

    private static Path sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
        return folder;
    }

    private <T> T run(String name, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw typed(name, e);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }
}
