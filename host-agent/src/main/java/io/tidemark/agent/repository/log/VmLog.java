package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.FileStamp;
import io.tidemark.agent.repository.blob.FolderFiles;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The log of one VM. Its next number is taken by create-if-absent and by nothing else, so what was checked against
/// the log up to number n holds at the instant at which record n + 1 appears. Safe for use by many threads.
public final class VmLog {
    /// Each lost race means that another writer won one; so many in a row is a fault.
    private static final int RACES_LOST_MAX = 1000;

    private final FolderFiles files;
    private final String folder;
    /// A log is as long as its VM is old; memory that is needed elsewhere counts for more.
    private volatile SoftReference<Tail> remembered = new SoftReference<>(null);

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

    /// Reads what was appended since the last time; the records before it never change.
    private Tail readAll() {
        List<String> names = files.list(folder);
        Tail known = known();
        LogView view = known.view;
        byte[] previous = known.previous;
        long number = known.next;
        while (true) {
            String name = name(number);
            Optional<byte[]> bytes = files.read(name);
            if (bytes.isEmpty()) {
                break;
            }
            LogRecord entry = LogCodec.decode(name, number, previous, bytes.get());
            Digest digest = Digest.of(bytes.get());
            view = view.and(entry, digest, known.view);
            previous = digest.bytes();
            number++;
        }
        if (names.size() >= number) {
            throw new DamagedException(name(number), "a record, as later ones exist", "no file");
        }
        Tail tail = new Tail(view, previous, number, files.stamp(name(number - 1)));
        remembered = new SoftReference<>(tail);
        return tail;
    }

    /// What was read before, while the last record of it is still the same file.
    private Tail known() {
        Tail tail = remembered.get();
        return tail != null && tail.last.isPresent() && tail.last.equals(files.stamp(name(tail.next - 1)))
                ? tail
                : new Tail(new LogView(), new byte[Digest.LENGTH_BYTES], 1, Optional.empty());
    }

    private String name(long number) {
        return folder + "/" + "%020d".formatted(number);
    }

    private static final class Tail {
        private final LogView view;
        private final byte[] previous;
        private final long next;
        private final Optional<FileStamp> last;

        /// @param last the file of the last record
        private Tail(LogView view, byte[] previous, long next, Optional<FileStamp> last) {
            this.view = view;
            this.previous = previous;
            this.next = next;
            this.last = last;
        }
    }
}
