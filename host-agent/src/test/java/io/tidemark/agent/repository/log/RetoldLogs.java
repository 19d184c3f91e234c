package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.PassedOnBlobs;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A store that at times tells another story of logs than they hold, in records that fit together: whoever reads it
/// is as blind as a program that looks at some records and does not mind them. What is appended then goes into the
/// true log. One thread at a time.
public final class RetoldLogs extends PassedOnBlobs {
    private final BlobStore truth;
    private final Supplier<UUID> repository;
    private final BooleanSupplier isRetelling;
    private final UnaryOperator<LogRecord> story;
    private final Map<String, List<Told>> told = new HashMap<>();
    /// Not final: the repository is created later.
    private @Nullable Signatures signatures;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Told(Digest truth, byte[] bytes) {}

    /// @param truth what lies at the bottom of it
    public RetoldLogs(
            BlobStore below,
            BlobStore truth,
            Supplier<UUID> repository,
            BooleanSupplier isRetelling,
            UnaryOperator<LogRecord> story) {
        super(below);
        this.truth = truth;
        this.repository = repository;
        this.isRetelling = isRetelling;
        this.story = story;
    }

    private boolean isRetold(BlobName name) {
        return LogKey.isRecord(name) && isRetelling.getAsBoolean();
    }

    private static long number(BlobName name) {
        return Long.parseLong(name.text().substring(name.text().lastIndexOf('/') + 1));
    }

    private LogCodec codec(BlobName name) {
        VmId vm = VmId.of(name.text().split("/", -1)[1]);
        if (signatures == null) {
            signatures = TestHosts.enrolled(truth, repository.get(), TestHosts.SELF);
        }
        return new LogCodec(new LogKey(repository.get(), vm), ContentSeal.NONE, signatures);
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        Optional<byte[]> found = super.read(name, bytesMax);
        return isRetold(name) && found.isPresent()
                ? Optional.of(before(name, number(name) + 1).getLast().bytes())
                : found;
    }

    /// What is told of the records before that number.
    private List<Told> before(BlobName name, long number) {
        List<Told> story = told.computeIfAbsent(name.folder(), _ -> new ArrayList<>());
        while (story.size() < number) {
            story.add(next(name, story));
        }
        return story.subList(0, (int) number);
    }

    private Told next(BlobName name, List<Told> before) {
        int number = before.size();
        BlobName next = new BlobName(name.folder() + "/%020d".formatted(number));
        byte[] bytes = truth.read(next, LogCodec.BYTES_MAX).orElseThrow();
        Optional<Digest> previous = before.isEmpty()
                ? Optional.empty()
                : Optional.of(before.getLast().truth());
        LogRecord record = codec(name).decode(number, previous, bytes);
        return new Told(Digest.of(bytes), codec(name).encode(number, toldBefore(before), story.apply(record)));
    }

    private static Optional<Digest> toldBefore(List<Told> before) {
        return before.isEmpty()
                ? Optional.empty()
                : Optional.of(Digest.of(before.getLast().bytes()));
    }

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        if (!isRetold(name)) {
            return super.createIfAbsent(name, content);
        }
        long number = number(name);
        List<Told> before = before(name, number);
        LogRecord record = codec(name).decode(number, toldBefore(before), content);
        Optional<Digest> previous = before.isEmpty()
                ? Optional.empty()
                : Optional.of(before.getLast().truth());
        return super.createIfAbsent(name, codec(name).encode(number, previous, record));
    }
}
