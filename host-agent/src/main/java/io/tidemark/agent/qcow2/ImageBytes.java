package io.tidemark.agent.qcow2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes of an image by their place. Anybody may have written them, so whoever asks bounds how many.
///
/// @param name for messages
record ImageBytes(String name, Content content) {
    /// Where the bytes come from.
    interface Content {
        long sizeBytes() throws IOException;

        /// Fills what remains of the buffer as far as there are bytes from `offset` on.
        void read(ByteBuffer into, long offset) throws IOException;
    }

    static Content of(FileChannel file) {
        return new Content() {
            @Override
            public long sizeBytes() throws IOException {
                return file.size();
            }

            @Override
            public void read(ByteBuffer into, long offset) throws IOException {
                long at = offset;
                int count = 0;
                while (into.hasRemaining() && count >= 0) {
                    count = file.read(into, at);
                    at += count;
                }
            }
        };
    }

    /// Exactly so many bytes, big-endian, from the first one on. [Qcow2Exception.Malformed] if the image ends
    /// before.
    ///
    /// @param what is read, for the message
    ByteBuffer read(String what, long offset, int length) throws IOException {
        long size = content.sizeBytes();
        if (offset < 0 || offset > size - length) {
            throw malformed(what, length + " bytes at " + offset, "an image of " + size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        content.read(bytes, offset);
        if (bytes.hasRemaining()) {
            throw malformed(what, length + " bytes at " + offset, "only " + bytes.position());
        }
        return bytes.flip();
    }

    Qcow2Exception.Malformed malformed(String what, Object expected, Object found) {
        return new Qcow2Exception.Malformed(text(what, expected, found));
    }

    Qcow2Exception.Unsupported unsupported(String what, Object expected, Object found) {
        return new Qcow2Exception.Unsupported(text(what, expected, found));
    }

    private String text(String what, Object expected, Object found) {
        return "image " + name + ": " + what + ": expected " + expected + ", found " + found;
    }
}
