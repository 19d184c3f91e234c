package io.tidemark.agent.repository.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Work in progress: a file that is gone after its close, whatever other name it got meanwhile.
public final class TemporaryFile implements AutoCloseable {
    private final FolderFiles files;
    private final Path path;
    private final FileChannel channel;
    private final String what;
    /// Not final: whether a sync has failed.
    private volatile boolean isSpoilt;

    /// @param what stands for the file in errors
    TemporaryFile(FolderFiles files, Path path, FileChannel channel, String what) {
        this.files = files;
        this.path = path;
        this.channel = channel;
        this.what = what;
    }

    Path path() {
        return path;
    }

    String what() {
        return what;
    }

    public FileChannel channel() {
        return channel;
    }

    boolean isSpoilt() {
        return isSpoilt;
    }

    void force() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            isSpoilt = true;
            throw e;
        }
    }

    /// Safe to call twice.
    @Override
    public void close() {
        files.close(this);
    }
}
