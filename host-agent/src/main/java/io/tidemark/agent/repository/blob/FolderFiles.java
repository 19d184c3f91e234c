package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.NotPermitted;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The files below one folder. A name appears with its whole synced content or not at all: a temporary file is
/// synced, linked to the name, which fails if the name is taken, and the folder synced. Nothing is ever
/// overwritten.
public final class FolderFiles {
    private static final String TEMPORARY = "tmp";
    /// Cannot stand in an owner, so that no owner's names begin like those of another.
    private static final String OWNER_END = ".";

    private static final int OWNER_CHARACTERS_MAX = 100;
    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9-]{1," + OWNER_CHARACTERS_MAX + "}");
    /// Begins the names of small files in progress. No owner's: nobody may discard what another process creates.
    private static final String CREATION = "_" + OWNER_END;

    private final Path root;
    private final StepGate gate;
    private final FolderSystem system;
    private final Set<String> durableFolders = ConcurrentHashMap.newKeySet();

    public FolderFiles(Path root, StepGate gate) {
        this(root, gate, new LocalFolders());
    }

    FolderFiles(Path root, StepGate gate, FolderSystem system) {
        this.root = root;
        this.gate = gate;
        this.system = system;
    }

    public Path path(String name) {
        return root.resolve(name);
    }

    /// Makes a folder that lasts. One that is there may have been made by somebody who died before it was synced.
    public void createFolder(String name) {
        gate.before("create folder " + name);
        run(name, () -> {
            Path folder = path(name);
            if (!durableFolders.contains(name) || !system.isFolder(folder)) {
                system.createFolders(folder);
                for (Path parent = folder.getParent(); parent != null && parent.startsWith(root); ) {
                    system.forceFolder(parent);
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
        return createTemporary(prefix(owner), "work of " + owner);
    }

    /// @param what stands for the file in errors
    private TemporaryFile createTemporary(String prefix, String what) {
        gate.before("create temporary");
        return run(what, () -> {
            Path file = system.createTemporary(path(TEMPORARY), prefix);
            FileChannel channel = system.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new TemporaryFile(this, file, channel, what);
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
        try {
            run(temporary.what(), () -> {
                temporary.channel().close();
                return temporary;
            });
        } finally {
            deleteIfPresent(temporary.path());
        }
    }

    /// Writes all of `bytes` at `position`.
    public void write(TemporaryFile temporary, ByteBuffer bytes, long position) {
        gate.before("write");
        run(temporary.what(), () -> {
            long at = position;
            while (bytes.hasRemaining()) {
                at += temporary.channel().write(bytes, at);
            }
            return at;
        });
    }

    /// Puts what was written so far on stable storage. After a failure it never succeeds for this file: the kernel
    /// tells it once, and takes for written what it could not write.
    public void sync(TemporaryFile temporary, String name) {
        gate.before("sync " + name);
        if (temporary.isSpoilt()) {
            throw new RepositoryUnavailable(
                    thing(name) + ": expected it on the disk, found that an earlier sync failed", null);
        }
        run(name, () -> {
            temporary.force();
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
                system.link(path(name), temporary.path());
                return true;
            } catch (FileAlreadyExistsException _) {
                return false;
            }
        });
    }

    /// Makes the names in a folder last.
    public void syncFolder(String folder) {
        gate.before("sync folder " + folder);
        run(folder, () -> {
            system.forceFolder(path(folder));
            return folder;
        });
    }

    /// Gives a temporary file its name, once, in a folder that is made if need be; false if the name is taken.
    /// Either way the name lasts.
    boolean publish(TemporaryFile temporary, String name) {
        requireThere(name);
        String folder = name.substring(0, Math.max(0, name.lastIndexOf('/')));
        createFolder(folder);
        boolean isCreated = link(temporary, name);
        syncFolder(folder);
        return isCreated;
    }

    /// Creates a small file with its content, and its folder if need be; false if the name is taken. Either way the
    /// name lasts.
    public boolean createIfAbsent(String name, byte[] content) {
        try (TemporaryFile temporary = createTemporary(CREATION, name)) {
            write(temporary, ByteBuffer.wrap(content), 0);
            return publish(temporary, name);
        }
    }

    /// Where a repository is not mounted, its folder may be there and empty: nothing follows from that, and nothing
    /// may be made there.
    void requireThere(String name) {
        if (!system.isFolder(path(TEMPORARY))) {
            throw new RepositoryUnavailable(
                    thing(name) + ": expected a repository with a folder " + TEMPORARY + ", found none", null);
        }
    }

    FileChannel open(String name) throws IOException {
        return system.open(path(name), StandardOpenOption.READ);
    }

    public Optional<byte[]> read(String name) {
        return run(name, () -> {
            try (FileChannel channel = open(name)) {
                return Optional.of(Channels.newInputStream(channel).readAllBytes());
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    boolean isFolder(String name) {
        return system.isFolder(path(name));
    }

    /// The names in a folder, sorted; none if it is missing.
    public List<String> list(String folder) {
        return run(folder, () -> {
            try {
                return system.names(path(folder)).stream().sorted().toList();
            } catch (NoSuchFileException _) {
                return List.of();
            }
        });
    }

    /// False if there was none.
    public boolean deleteIfPresent(Path file) {
        gate.before("delete " + file);
        return run(file.toString(), () -> system.deleteIfExists(file));
    }

    /// The repository's own error for an error of the file system.
    public RepositoryException typed(String name, IOException error) {
        String text = String.valueOf(error.getMessage());
        String thing = thing(name);
        if (text.contains("No space left") || text.contains("quota exceeded")) {
            return new RepositoryFull(thing + ": expected free space, found none (" + text + ")", error);
        }
        if (error instanceof AccessDeniedException || text.contains("Read-only file system")) {
            return new NotPermitted(thing + ": expected to be allowed, found access denied (" + text + ")", error);
        }
        return new RepositoryUnavailable(thing + ": expected to be usable, found " + error, error);
    }

    private String thing(String name) {
        return "Repository " + root + ": " + name;
    }

    private <T> T run(String name, Work<T> work) {
        try {
            return work.run();
        } catch (UncheckedIOException inListing) {
            throw typed(name, Objects.requireNonNull(inListing.getCause()));
        } catch (IOException e) {
            throw typed(name, e);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }
}
