package io.tidemark.agent.repository.blob;

class MemoryBlobsTest implements BlobContract {
    private final BlobStore store = new MemoryBlobs();

    @Override
    public BlobStore store() {
        return store;
    }
}
