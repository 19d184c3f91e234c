package io.tidemark.agent.repository.log;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.crypto.KeyId;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is sealed in a commit, once it is open: whoever may write has sealed anything there.
public final class SealedContentTarget implements FuzzTarget {
    private static final Pattern SEALED = Pattern.compile("(?<=\"sealed\":\")[^\"]*");
    private static final ContentSeal OPEN = new ContentSeal() {
        @Override
        public boolean isSealing() {
            return true;
        }

        @Override
        public boolean canOpen() {
            return true;
        }

        @Override
        public byte[] seal(RestorePointId point, byte[] plain) {
            return plain;
        }

        @Override
        public Optional<byte[]> open(RestorePointId point, byte[] sealed) {
            return Optional.of(sealed);
        }
    };

    /// Of any lines, as they do not matter here.
    private static final Signatures SIGNATURES = new Signatures() {
        @Override
        public Signature sign(HostId host, byte[] lines) {
            return new Signature(new KeyId("0".repeat(32)), "0".repeat(128));
        }

        @Override
        public void require(String thing, HostId host, byte[] lines, Signature signature) {
            // all are right
        }
    };

    private final LogCodec codec = new LogCodec(LogSamples.KEY, OPEN, SIGNATURES);
    private final String commit = json(LogSamples.committed(2, 1L));

    private String json(Committed record) {
        byte[] bytes = codec.encode(0, Optional.empty(), record);
        return new String(bytes, StandardCharsets.UTF_8).lines().toList().get(1);
    }

    @Override
    public String name() {
        return "sealed-content";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                content(commit),
                content(json(LogSamples.withTexts(LogSamples.committed(2, 1L), "<domain>\u00e9\n</domain>"))));
    }

    private static byte[] content(String json) {
        Matcher sealed = SEALED.matcher(json);
        if (!sealed.find()) {
            throw new IllegalStateException("no sealed content in " + json);
        }
        return Base64.getDecoder().decode(sealed.group());
    }

    private static byte[] framed(String json) {
        byte[] lines = RecordFrame.lines(json);
        return RecordFrame.whole(lines, Optional.of(SIGNATURES.sign(TestHosts.SELF.id(), lines)));
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        String json = SEALED.matcher(commit).replaceFirst(Base64.getEncoder().encodeToString(bytes));
        try {
            LogRecord record = codec.decode(0, Optional.empty(), framed(json));
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
