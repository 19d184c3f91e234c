package io.tidemark.agent.repository.blob;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Hands everything on to another store. Others change what they pass on.
public class PassedOnBlobs implements BlobStore {
    private final BlobStore below;

    public PassedOnBlobs(BlobStore below) {
        this.below = below;
    }

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        return below.createIfAbsent(name, content);
    }

    @Override
    public Upload begin(String owner) {
        return below.begin(owner);
    }

    @Override
    public void discard(String owner) {
        below.discard(owner);
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        return below.read(name, bytesMax);
    }

    @Override
    public boolean readRange(BlobName name, long offset, ByteBuffer target) {
        return below.readRange(name, offset, target);
    }

    @Override
    public Optional<End> readEnd(BlobName name, int bytesMax) {
        return below.readEnd(name, bytesMax);
    }

    @Override
    public List<BlobName> list(String folder) {
        return below.list(folder);
    }

    @Override
    public void delete(BlobName name) {
        below.delete(name);
    }
}
