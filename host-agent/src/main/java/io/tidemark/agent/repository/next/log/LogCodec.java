package io.tidemark.agent.repository.next.log;

import io.tidemark.agent.repository.Digest;
import java.util.Optional;

/// The bytes of a log record.
@SuppressWarnings("DoNotCallSuggester") // its bytes follow
final class LogCodec {
    /// The largest record that is written or read.
    static final int BYTES_MAX = 16 << 20;

    private final LogKey key;

    LogCodec(LogKey key) {
        this.key = key;
    }

    byte[] encode(long number, Optional<Digest> previous, LogRecord entry) {
        throw unwritten(key.name(number) + " after " + previous + ": " + entry);
    }

    LogRecord decode(long number, Optional<Digest> previous, byte[] bytes) {
        throw unwritten(key.name(number) + " after " + previous + ": " + bytes.length + " bytes");
    }

    private static UnsupportedOperationException unwritten(String what) {
        return new UnsupportedOperationException(what);
    }
}
