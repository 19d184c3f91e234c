package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.blob.Disturbance.Operation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Folders of one NFS client that asks the server each time. Every other request to give a name or to delete one is
/// sent twice, and its answer is that of the second. A file that is deleted while this client has it open gets a
/// name that begins with `.nfs` and goes when it is closed.
final class NfsFolders extends MemoryFolders {
    private final Map<Path, Integer> open = new HashMap<>();
    private final Map<Path, Path> hidden = new HashMap<>();
    private int requests;
    private int asides;

    NfsFolders(Path root) {
        super(root);
    }

    @Override
    public synchronized void link(Path name, Path file) throws IOException {
        super.link(name, file);
        if (isSentTwice()) {
            throw new FileAlreadyExistsException(name.toString());
        }
    }

    private boolean isSentTwice() {
        requests++;
        return requests % 2 == 0;
    }

    @Override
    public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
        FileChannel channel = super.open(file, options);
        open.merge(file, 1, Integer::sum);
        return channel;
    }

    @Override
    public synchronized boolean deleteIfExists(Path file) throws IOException {
        if (open.getOrDefault(file, 0) > 0 && !hidden.containsKey(file)) {
            Path aside = file.resolveSibling(".nfs%012d".formatted(asides++));
            super.link(aside, file);
            hidden.put(file, aside);
        }
        return super.deleteIfExists(file) && !isSentTwice();
    }

    @Override
    void before(Operation operation, Path file) throws IOException {
        super.before(operation, file);
        if (operation == Operation.CLOSE && open.merge(file, -1, Integer::sum) == 0) {
            Path aside = hidden.remove(file);
            if (aside != null) {
                super.deleteIfExists(aside);
            }
        }
    }
}
