package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes what a read brings, in any order.
public interface NbdReader {
    /// The buffer is the client's own and is reused after the call.
    void data(long offset, ByteBuffer bytes) throws IOException;

    /// The server sent `NBD_REPLY_TYPE_OFFSET_HOLE`: these bytes are zero.
    void zero(long offset, long length) throws IOException;
}
