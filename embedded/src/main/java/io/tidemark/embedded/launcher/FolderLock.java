package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One user of a folder at a time among all processes of this machine. It goes with the process, however that ends.
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock by its file, which is made where it is missing and stays; `who` says in the error who else
    /// may hold it. Who is about to delete the folder takes a file beside it.
    public static FolderLock take(Path folder, Path file, String who) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException heldHere) {
            // said below
        }
        channel.close();
        throw new IOException("folder " + folder + ": expected it free, found that another " + who + " uses it (it"
                + " holds " + file + "); end that one, or set TIDEMARK_HOME to another folder");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
