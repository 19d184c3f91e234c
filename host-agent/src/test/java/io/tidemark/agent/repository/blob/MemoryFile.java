package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.blob.Disturbance.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/// An open file of a [MemoryFolders], as far as a repository uses one.
final class MemoryFile extends FileChannel {
    private final MemoryFolders folders;
    private final Path name;
    private final MemoryContent content;
    private long position;

    MemoryFile(MemoryFolders folders, Path name, MemoryContent content) {
        this.folders = folders;
        this.name = name;
        this.content = content;
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
        synchronized (folders) {
            folders.before(Operation.READ, name);
            int wanted = (int) Math.min(into.remaining(), content.size() - from);
            int length = wanted <= 0 ? 0 : folders.moved(Operation.READ, wanted);
            if (length == 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            content.read(into, (int) from, length);
            return length;
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int length = read(into, position);
        position += Math.max(0, length);
        return length;
    }

    @Override
    public int write(ByteBuffer from, long to) throws IOException {
        synchronized (folders) {
            folders.before(Operation.WRITE, name);
            int length = folders.moved(Operation.WRITE, from.remaining());
            folders.write(content, from.slice(from.position(), length), (int) to);
            from.position(from.position() + length);
            return length;
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        synchronized (folders) {
            try {
                folders.before(Operation.FORCE, name);
            } catch (IOException e) {
                content.failForce();
                throw e;
            }
            folders.force(content);
        }
    }

    @Override
    public long size() {
        synchronized (folders) {
            return content.size();
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long to) {
        position = to;
        return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        synchronized (folders) {
            folders.before(Operation.CLOSE, name);
        }
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long from, long size, boolean isShared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long from, long size, boolean isShared) {
        throw new UnsupportedOperationException();
    }
}
