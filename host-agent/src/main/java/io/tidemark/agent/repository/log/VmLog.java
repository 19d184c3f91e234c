package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.FolderFiles;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The log of one VM. Its next number is taken by create-if-absent and by nothing else, so what was checked against
/// the log up to number n holds at the instant at which record n + 1 appears.
public final class VmLog {
    /// Each lost race means that another writer won one; so many in a row is a fault.
    private static final int RACES_LOST_MAX = 1000;

    private final FolderFiles files;
    private final String folder;

    public VmLog(FolderFiles files, String folder) {
        this.files = files;
        this.folder = folder;
    }

    public LogView read() {
        return readAll().view;
    }

    /// Appends what `decide` makes of the log as it is then; it is asked again after each lost race, may refuse
    /// by an exception, and appends nothing if it returns empty. Returns the digest of the record.
    public Optional<Digest> append(Function<LogView, Optional<LogRecord>> decide) {
        for (int lost = 0; lost < RACES_LOST_MAX; lost++) {
            Tail tail = readAll();
            Optional<LogRecord> entry = decide.apply(tail.view);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            byte[] bytes = LogCodec.encode(tail.next, tail.previous, entry.get());
            if (files.createIfAbsent(name(tail.next), bytes)) {
                return Optional.of(Digest.of(bytes));
            }
        }
        throw new RepositoryUnavailable(
                folder + ": expected to win the next number within " + RACES_LOST_MAX + " tries, found none", null);
    }

    private Tail readAll() {
        List<String> names = files.list(folder);
        LogView view = new LogView();
        byte[] previous = new byte[Digest.LENGTH_BYTES];
        long number = 1;
        while (true) {
            String name = name(number);
            Optional<byte[]> bytes = files.read(name);
            if (bytes.isEmpty()) {
                break;
            }
            LogRecord entry = LogCodec.decode(name, number, previous, bytes.get());
            Digest digest = Digest.of(bytes.get());
            view.add(entry, digest);
            previous = digest.bytes();
            number++;
        }
        if (names.size() >= number) {
            throw new DamagedException(name(number), "a record, as later ones exist", "no file");
        }
        return new Tail(view, previous, number);
    }

    private String name(long number) {
        return folder + "/" + "%020d".formatted(number);
    }

    private static final class Tail {
        private final LogView view;
        private final byte[] previous;
        private final long next;

        private Tail(LogView view, byte[] previous, long next) {
            this.view = view;
            this.previous = previous;
            this.next = next;
        }
    }
}
