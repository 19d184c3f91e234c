package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.LogView.Entry;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The log of one VM. Its next number is taken by create-if-absent and by nothing else, so what was checked against
/// the log up to record n holds at the instant at which record n + 1 appears. Safe for use by many threads.
public final class VmLog {
    /// Each lost race means that another writer won one; so many in a row is a fault.
    private static final int RACES_LOST_MAX = 1000;

    private final BlobStore blobs;
    private final LogKey key;
    private final LogCodec codec;
    /// A log is as long as its VM is old; memory that is needed elsewhere counts for more.
    private volatile SoftReference<LogView> remembered = new SoftReference<>(null);
    /// The newest commit whose signature was checked; not final, as more are appended.
    private volatile @Nullable Digest signed;

    public VmLog(BlobStore blobs, LogKey key, ContentSeal seal, Signatures signatures) {
        this.blobs = blobs;
        this.key = key;
        this.codec = new LogCodec(key, seal, signatures);
    }

    /// What the log says now. Of the signatures it checks that of the newest commit, whose host has read what lies
    /// before; whoever goes by another commit asks {@link #signed} for it.
    ///
    /// A lost record in the middle cannot be told from the end by its absence. Where a listing names a later one,
    /// the log is damaged; nothing else follows from a listing.
    public LogView read() {
        LogView known = known();
        List<BlobName> listed =
                known.next() == 0 ? blobs.list(key.folder()) : blobs.listBehind(key.name(known.next() - 1));
        List<Entry> more = new ArrayList<>();
        long number = known.next();
        Optional<Digest> previous = known.last();
        for (Optional<Entry> entry = entry(number, previous); entry.isPresent(); entry = entry(number, previous)) {
            more.add(entry.get());
            previous = Optional.of(entry.get().digest());
            number++;
        }
        requireNothingBehind(key.name(number), listed);
        LogView view = known.plus(more);
        requireNewestSigned(view);
        remembered = new SoftReference<>(view);
        return view;
    }

    private void requireNewestSigned(LogView view) {
        Optional<Commit> newest = view.newestCommit();
        if (newest.isPresent() && !newest.get().digest().equals(signed)) {
            signed = signed(newest.get()).digest();
        }
    }

    /// The commit, once its record was read again and its host has signed it.
    public Commit signed(Commit commit) {
        BlobName name = key.name(commit.number());
        byte[] bytes = blobs.read(name, LogCodec.BYTES_MAX)
                .filter(found -> Digest.of(found).equals(commit.digest()))
                .orElseThrow(() -> new DamagedException("record " + name, "it to stay as it was", "another or none"));
        codec.requireSigned(commit.number(), commit.record(), bytes);
        return commit;
    }

    /// What the log says now, and lasts whoever loses power: the newest record is created once more, to be told
    /// that it is taken, and with it lasts all before.
    public LogView readLasting() {
        LogView view = read();
        if (view.next() > 0) {
            BlobName last = key.name(view.next() - 1);
            byte[] bytes = blobs.read(last, LogCodec.BYTES_MAX)
                    .orElseThrow(() -> new DamagedException("record " + last, "it to be there", "none"));
            if (!blobs.createOwn(last, bytes)) {
                throw new DamagedException("record " + last, "it to stay as it was", "other bytes");
            }
        }
        return view;
    }

    /// A log up to its first damage.
    ///
    /// @param damage why nothing behind is read; empty if all was
    public record Checked(LogView view, Optional<RepositoryException> damage) {}

    /// Reads every record anew, whatever is remembered, checks each signature, and hands out what comes before the
    /// first that is lost, damaged, not signed or too new.
    public Checked check() {
        List<BlobName> listed = blobs.list(key.folder());
        List<Entry> found = new ArrayList<>();
        try {
            Optional<Entry> entry = signedEntry(0, Optional.empty());
            while (entry.isPresent()) {
                found.add(entry.get());
                entry = signedEntry(found.size(), Optional.of(entry.get().digest()));
            }
            requireNothingBehind(key.name(found.size()), listed);
        } catch (DamagedException | FormatTooNew damage) {
            return new Checked(LogView.EMPTY.plus(found), Optional.of(damage));
        }
        return new Checked(LogView.EMPTY.plus(found), Optional.empty());
    }

    private static void requireNothingBehind(BlobName end, List<BlobName> listed) {
        if (listed.stream()
                .anyMatch(name -> LogKey.isRecord(name) && name.text().compareTo(end.text()) > 0)) {
            throw new DamagedException("record " + end, "it to be there, as later ones are", "none");
        }
    }

    private Optional<Entry> entry(long number, Optional<Digest> previous) {
        return blobs.read(key.name(number), LogCodec.BYTES_MAX).map(bytes -> decoded(number, previous, bytes));
    }

    private Optional<Entry> signedEntry(long number, Optional<Digest> previous) {
        return blobs.read(key.name(number), LogCodec.BYTES_MAX).map(bytes -> {
            Entry entry = decoded(number, previous, bytes);
            codec.requireSigned(number, entry.record(), bytes);
            return entry;
        });
    }

    private Entry decoded(long number, Optional<Digest> previous, byte[] bytes) {
        return new Entry(number, Digest.of(bytes), codec.decode(number, previous, bytes));
    }

    /// What was read before, while its last record is still there with the same bytes.
    private LogView known() {
        LogView view = remembered.get();
        if (view == null || view.next() == 0) {
            return LogView.EMPTY;
        }
        Optional<Digest> found =
                blobs.read(key.name(view.next() - 1), LogCodec.BYTES_MAX).map(Digest::of);
        return found.isPresent() && found.equals(view.last()) ? view : LogView.EMPTY;
    }

    /// Appends what `decide` makes of the log as it is then; it is asked again after each lost race, may refuse by
    /// an exception, and appends nothing if it returns empty. Returns the record in its place.
    ///
    /// Whoever finds his own bytes under the number has won it: the storage has repeated his request. Somebody else
    /// can have written equal bytes only of a prune, a closing or a raise, and each of these is as good from one
    /// hand as from the other. The others name a session or a collection that is its writer's alone.
    public Optional<Entry> append(Function<LogView, Optional<LogRecord>> decide) {
        for (int lost = 0; lost < RACES_LOST_MAX; lost++) {
            LogView view = read();
            Optional<LogRecord> record = decide.apply(view);
            if (record.isEmpty()) {
                return Optional.empty();
            }
            byte[] bytes = codec.encode(view.next(), view.last(), record.get());
            if (blobs.createOwn(key.name(view.next()), bytes)) {
                return Optional.of(new Entry(view.next(), Digest.of(bytes), record.get()));
            }
        }
        throw new RepositoryUnavailable(
                "log " + key.folder() + ": expected to win the next number within " + RACES_LOST_MAX
                        + " tries, found it taken each time",
                null);
    }
}
