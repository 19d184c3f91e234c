package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import java.nio.ByteBuffer;

/// An object on its way into a folder: a temporary file that is synced while it grows, so that its publishing finds
/// little left to sync. Fields that are not final follow its life.
final class FolderUpload implements BlobStore.Upload {
    private static final int GATHERED_BYTES = 1 << 20;

    private final FolderFiles files;
    private final TemporaryFile temporary;
    private final WriteBehind behind;
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(GATHERED_BYTES);
    private long writtenBytes;
    private boolean isUsable = true;

    FolderUpload(FolderFiles files, String owner) {
        this.files = files;
        this.temporary = files.createTemporary(owner);
        this.behind = new WriteBehind(files, temporary, "upload of " + owner);
    }

    @Override
    public void write(ByteBuffer bytes) {
        begin();
        while (bytes.hasRemaining()) {
            if (!gathered.hasRemaining()) {
                flush();
            }
            int length = Math.min(bytes.remaining(), gathered.remaining());
            gathered.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        isUsable = true;
    }

    private void flush() {
        int length = gathered.flip().remaining();
        files.write(temporary, gathered, writtenBytes);
        gathered.clear();
        writtenBytes += length;
        behind.written(length);
    }

    @Override
    public BlobStore.Creation publish(BlobName name) {
        begin();
        flush();
        behind.await();
        return files.publish(temporary, name.text()) ? BlobStore.Creation.CREATED : BlobStore.Creation.TAKEN;
    }

    /// Counts it as failed until what begins here has ended well.
    private void begin() {
        if (!isUsable) {
            throw new SessionUnusable("upload: expected it usable, found it published or failed");
        }
        isUsable = false;
    }

    @Override
    public void close() {
        isUsable = false;
        try {
            behind.close();
        } finally {
            temporary.close();
        }
    }
}
