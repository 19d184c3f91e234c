package io.tidemark.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/// The content of this machine's program files as one stream, without blocks of 64 KiB that are all zero.
public final class MachineFiles extends InputStream {
    static final List<Path> ROOTS = List.of(Path.of("/usr/lib"), Path.of("/usr/share"), Path.of("/usr/bin"));
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Iterator<Path> files;
    private final byte[] block = new byte[BLOCK_BYTES];
    private InputStream file = InputStream.nullInputStream();
    private int position;
    private int filled;

    public MachineFiles() throws IOException {
        this(ROOTS);
    }

    MachineFiles(List<Path> roots) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : roots) {
            List<Path> below = new ArrayList<>();
            Files.walkFileTree(root, new ReadableFiles(below));
            below.sort(null);
            found.addAll(below);
        }
        this.files = found.iterator();
    }

    /// Regular files only, as a link would bring the same bytes again. What cannot be read is left out.
    private static final class ReadableFiles extends SimpleFileVisitor<Path> {
        private final List<Path> found;

        ReadableFiles(List<Path> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && attributes.size() > 0 && Files.isReadable(file)) {
                found.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
            return FileVisitResult.CONTINUE;
        }
    }

    @Override
    public int read() throws IOException {
        return isFilled() ? block[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!isFilled()) {
            return -1;
        }
        int count = Math.min(length, filled - position);
        System.arraycopy(block, position, into, offset, count);
        position += count;
        return count;
    }

    /// Whether there is a byte to hand out; fills the block if need be. The last block may be a short one.
    private boolean isFilled() throws IOException {
        while (position == filled) {
            position = 0;
            filled = fill();
            if (filled == 0) {
                return false;
            }
            if (Arrays.equals(block, 0, filled, ZEROS, 0, filled)) {
                position = filled;
            }
        }
        return true;
    }

    private int fill() throws IOException {
        int count = file.readNBytes(block, 0, BLOCK_BYTES);
        while (count < BLOCK_BYTES && files.hasNext()) {
            file.close();
            file = Files.newInputStream(files.next());
            count += file.readNBytes(block, count, BLOCK_BYTES - count);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
