package io.tidemark.agent.repository.blob;

import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Work in progress: a file that is gone after its close, whatever other name it got meanwhile.
public final class TemporaryFile implements AutoCloseable {
    private final FolderFiles files;
    private final Path path;
    private final FileChannel channel;
    private final String what;

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

    /// Safe to call twice.
    @Override
    public void close() {
        files.close(this);
    }
}
