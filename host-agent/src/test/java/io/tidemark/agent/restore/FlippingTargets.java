package io.tidemark.agent.restore;

import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.schemas.id.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Real images that lose one byte between writing and reading back.
record FlippingTargets(ImageTargets targets, long offset, byte wrong) implements ImageTargets {
    @Override
    public ImageTarget create(NewImage image) throws IOException {
        return new FlippingTarget(targets.create(image), offset, wrong);
    }

    @Override
    public void endLeftovers(TaskId task) {
        targets.endLeftovers(task);
    }

    private record FlippingTarget(ImageTarget target, long offset, byte wrong) implements ImageTarget {
        @Override
        public long sizeBytes() {
            return target.sizeBytes();
        }

        @Override
        public void write(long at, ByteBuffer bytes) throws IOException {
            target.write(at, bytes);
        }

        @Override
        public void zero(long at, long length) throws IOException {
            target.zero(at, length);
        }

        @Override
        public void flush() throws IOException {
            target.flush();
            target.write(offset, ByteBuffer.wrap(new byte[] {wrong}));
            target.flush();
        }

        @Override
        public ExtentMap maybeData(long at, long length) throws IOException {
            return target.maybeData(at, length);
        }

        @Override
        public void read(ExtentMap wanted, Reader reader) throws IOException {
            target.read(wanted, reader);
        }

        @Override
        public void complete() throws IOException {
            target.complete();
        }

        @Override
        public void abort() {
            target.abort();
        }

        @Override
        public void close() {
            target.close();
        }
    }
}
