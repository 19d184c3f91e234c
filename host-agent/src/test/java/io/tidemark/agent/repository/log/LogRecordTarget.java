package io.tidemark.agent.repository.log;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.log.LogSamples.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The JSON of a record, with the right digest and signed where it is a commit; and the same bytes as a whole
/// record. Its signature is checked too.
public final class LogRecordTarget implements FuzzTarget {
    private final LogCodec codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

    @Override
    public String name() {
        return "log-record";
    }

    @Override
    public List<byte[]> seeds() {
        return Arrays.stream(Kind.values())
                .map(kind -> LogSamples.json(kind.record()).getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return isRead(bytes)
                || isRead(LogSamples.framed(new String(bytes, StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    private boolean isRead(byte[] bytes) {
        try {
            LogRecord record = codec.decode(0, Optional.empty(), bytes);
            codec.requireSigned(0, record, bytes);
            LogRecord again = codec.decode(0, Optional.empty(), codec.encode(0, Optional.empty(), record));
            if (!again.equals(record)) {
                throw new IllegalStateException("another record when written again: " + again);
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }
}
