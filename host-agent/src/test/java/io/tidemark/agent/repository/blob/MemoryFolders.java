package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.blob.Disturbance.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A file system in memory that knows what of it lasts: of a file what it held when it was last forced, of a folder
/// the names that it had then. What came after may be lost with the power, each part by itself, be it something
/// made or something deleted. Not final: a test leaves rules out.
public class MemoryFolders implements FolderSystem {
    private final Path root;
    private final Folder disk;
    /// Not final: what is seen under the root, which is not the disk while that is away.
    private Folder top;

    private Disturbance disturbance = Disturbance.NONE;
    private int temporaries;

    public MemoryFolders(Path root) {
        this(root, new Folder());
    }

    /// The same disk behind another system.
    MemoryFolders(MemoryFolders other) {
        this(other.root, other.disk);
    }

    private MemoryFolders(Path root, Folder disk) {
        this.root = root;
        this.disk = disk;
        this.top = disk;
    }

    /// A store in the folder that is the root, which it makes.
    public BlobStore blobs(StepGate gate) {
        FolderFiles files = new FolderFiles(root, gate, this);
        files.createFolder("");
        files.createFolder("tmp");
        return new FolderBlobs(files);
    }

    /// A name stands for a folder or for the content of a file, which may have several.
    private sealed interface Node {}

    private static final class Folder implements Node {
        private final Map<String, Node> names = new TreeMap<>();
        private final Map<String, Node> lasting = new TreeMap<>();
    }

    private record File(MemoryContent content) implements Node {}

    synchronized void disturb(Disturbance by) {
        disturbance = by;
    }

    /// What is mounted at the root goes away and leaves an empty folder.
    synchronized void unmount() {
        top = new Folder();
    }

    synchronized void mount() {
        top = disk;
    }

    /// What is there after the power was lost now; the seed chooses. This one stays as it is.
    public synchronized MemoryFolders lost(long seed) {
        return new MemoryFolders(root, lost(disk, new Random(seed), new IdentityHashMap<>()));
    }

    private static Folder lost(Folder before, Random random, Map<MemoryContent, MemoryContent> contents) {
        var names = new TreeSet<>(before.names.keySet());
        names.addAll(before.lasting.keySet());
        Folder after = new Folder();
        for (String name : names) {
            Node seen = before.names.get(name);
            Node lasting = before.lasting.get(name);
            Node kept = Objects.equals(seen, lasting) || random.nextBoolean() ? seen : lasting;
            if (kept != null) {
                after.names.put(
                        name,
                        switch (kept) {
                            case Folder folder -> lost(folder, random, contents);
                            case File(MemoryContent content) ->
                                new File(contents.computeIfAbsent(content, each -> each.lost(random)));
                        });
            }
        }
        after.lasting.putAll(after.names);
        return after;
    }

    void before(Operation operation, Path file) throws IOException {
        disturbance.before(operation, file);
    }

    void after(Operation operation, Path file) throws IOException {
        disturbance.after(operation, file);
    }

    int moved(Operation operation, int bytes) {
        return disturbance.moved(operation, bytes);
    }

    void write(MemoryContent content, ByteBuffer from, int at) throws IOException {
        content.write(from, at);
    }

    void force(MemoryContent content) throws IOException {
        content.force();
    }

    @Override
    public synchronized void createFolders(Path folder) throws IOException {
        before(Operation.CREATE_FOLDERS, folder);
        Folder at = top;
        for (Path part : root.relativize(folder)) {
            if (!part.toString().isEmpty()) {
                Node next = at.names.computeIfAbsent(part.toString(), _ -> new Folder());
                if (!(next instanceof Folder inner)) {
                    throw new FileAlreadyExistsException(folder.toString());
                }
                at = inner;
            }
        }
        after(Operation.CREATE_FOLDERS, folder);
    }

    @Override
    public synchronized boolean isFolder(Path path) {
        try {
            before(Operation.LOOK, path);
            return node(path) instanceof Folder;
        } catch (IOException _) {
            return false; // as of java.nio
        }
    }

    @Override
    public synchronized Path createTemporary(Path folder, String prefix) throws IOException {
        before(Operation.CREATE, folder);
        Path file = folder.resolve(prefix + ++temporaries + ".tmp");
        folder(folder).names.put(name(file), new File(new MemoryContent()));
        after(Operation.CREATE, folder);
        return file;
    }

    @Override
    public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
        before(Operation.OPEN, file);
        return new MemoryFile(this, file, content(file));
    }

    @Override
    public synchronized void link(Path name, Path file) throws IOException {
        before(Operation.LINK, name);
        Node linked = new File(content(file));
        if (folder(name.resolveSibling("")).names.putIfAbsent(name(name), linked) != null) {
            throw new FileAlreadyExistsException(name.toString());
        }
        after(Operation.LINK, name);
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        before(Operation.FORCE_FOLDER, folder);
        Folder forced = folder(folder);
        forced.lasting.clear();
        forced.lasting.putAll(forced.names);
        after(Operation.FORCE_FOLDER, folder);
    }

    @Override
    public synchronized boolean deleteIfExists(Path file) throws IOException {
        before(Operation.DELETE, file);
        Node parent = node(file.resolveSibling(""));
        boolean isDeleted = parent instanceof Folder folder && folder.names.remove(name(file)) != null;
        after(Operation.DELETE, file);
        return isDeleted;
    }

    @Override
    public synchronized List<String> names(Path folder) throws IOException {
        List<String> names = List.copyOf(folder(folder).names.keySet());
        try {
            before(Operation.LIST, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // as of Files.list
        }
        return names;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private @Nullable Node node(Path path) {
        Node at = top;
        for (Path part : root.relativize(path)) {
            if (!part.toString().isEmpty()) {
                at = at instanceof Folder folder ? folder.names.get(part.toString()) : null;
            }
        }
        return at;
    }

    private Folder folder(Path path) throws IOException {
        return switch (node(path)) {
            case Folder folder -> folder;
            case File _ -> throw new NotDirectoryException(path.toString());
            case null -> throw new NoSuchFileException(path.toString());
        };
    }

    private MemoryContent content(Path path) throws IOException {
        return switch (node(path)) {
            case File(MemoryContent content) -> content;
            case Folder _ -> throw new FileSystemException(path.toString(), null, "Is a directory");
            case null -> throw new NoSuchFileException(path.toString());
        };
    }
}
