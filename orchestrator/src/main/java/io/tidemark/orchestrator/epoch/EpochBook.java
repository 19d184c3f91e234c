package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent.EpochAdvanced;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.table.EpochRow;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Moves epochs, forward only, and tells of each move. The caller holds the VM's lock.
@ApplicationScoped
public final class EpochBook implements Epochs {
    /// One granule of our bitmaps; the repository's chunk has the same size.
    private static final long GRANULARITY_BYTES = 65_536;

    private final EpochStore store;
    private final Hosts hosts;
    private final Outbox outbox;
    private final Transactions transactions;

    EpochBook(EpochStore store, Hosts hosts, Outbox outbox, Transactions transactions) {
        this.store = store;
        this.hosts = hosts;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    @Override
    public List<Epoch> all() {
        return transactions.call(store::all);
    }

    @Override
    public List<Epoch> of(VmId vm) {
        return transactions.call(() -> store.of(vm));
    }

    /// The VM's epochs that have not ended.
    public List<Numbered> live(VmId vm) {
        return store.live(vm);
    }

    /// The epoch, live or ended; empty if there was none ever.
    public Optional<Numbered> find(Key key) {
        return store.find(key.disk(), key.tracker());
    }

    /// The disk's bitmap has recorded since the point. An advance by an attempt that is not newer than the one that
    /// moved the epoch last changes nothing.
    public void advance(Key key, Attempt attempt, Begun begun) {
        Optional<Numbered> old = find(key);
        if (old.isPresent() && attempt.compareTo(old.get().attempt()) <= 0) {
            return;
        }
        Instant validSince = begun.takenAt().truncatedTo(ChronoUnit.MICROS); // told as PostgreSQL keeps it
        String token = token(key, attempt, begun.point());
        Epoch epoch = new Epoch(
                key.vm(),
                key.disk(),
                key.tracker(),
                begun.point(),
                begun.repository(),
                token,
                validSince,
                GRANULARITY_BYTES,
                null,
                revisionAfter(old));
        store.save(new Numbered(epoch, attempt, begun.disk()));
        tell(key, new EpochAdvanced(key.vm(), key.disk(), key.tracker(), token, validSince));
        tell(epoch);
    }

    /// The host has seen that the epoch is valid. Nobody is told: nothing about it is another than before.
    void seen(Numbered live, HostId host) {
        store.save(new Numbered(live.epoch(), live.attempt(), live.disk(), host));
    }

    /// A backup left the disk without a bitmap, for the reason named.
    public void endBy(Key key, Attempt attempt, Broken broken) {
        Optional<Numbered> old = find(key);
        if (old.isPresent() && attempt.compareTo(old.get().attempt()) <= 0) {
            return;
        }
        end(key, attempt, broken, old);
    }

    /// A backup does not hold the disk, though its parent does. Without a live epoch this changes nothing and tells
    /// nothing.
    public void endAbsent(Key key, Attempt attempt, Broken broken) {
        if (find(key).filter(known -> known.epoch().isLive()).isPresent()) {
            endBy(key, attempt, broken);
        }
    }

    /// A catalog that was built anew does not know what the bitmap is good for since that attempt.
    ///
    /// @param revisionMin so high that readers of the table take it for news
    public void endUnknown(Key key, Attempt attempt, long revisionMin) {
        Optional<Numbered> old = find(key);
        if (old.isEmpty() || attempt.compareTo(old.get().attempt()) > 0) {
            Broken broken = new Broken(Reason.CATALOG_REBUILT, "the catalog was built anew from a repository", 0);
            end(key, attempt, broken, old, Math.max(revisionAfter(old), revisionMin));
        }
    }

    /// The disk's bitmap broke. Without a live epoch this changes nothing and tells nothing.
    public void end(Key key, Broken broken) {
        Optional<Numbered> old = find(key);
        old.filter(known -> known.epoch().isLive()).ifPresent(known -> end(key, known.attempt(), broken, old));
    }

    private void end(Key key, Attempt attempt, Broken broken, Optional<Numbered> old) {
        if (old.isEmpty() || old.get().epoch().reason() != broken.reason()) {
            end(key, attempt, broken, old, revisionAfter(old));
        } else {
            Epoch same = ended(key, broken.reason(), old.get().epoch().revision());
            store.save(new Numbered(same, attempt, DiskThen.UNKNOWN));
        }
    }

    /// A disk that had no live epoch gets none told to have ended; the table says why it has none.
    private void end(Key key, Attempt attempt, Broken broken, Optional<Numbered> old, long revision) {
        Epoch epoch = ended(key, broken.reason(), revision);
        store.save(new Numbered(epoch, attempt, DiskThen.UNKNOWN));
        if (old.filter(known -> known.epoch().isLive()).isPresent()) {
            tellEnd(key, broken);
        }
        tell(epoch);
    }

    private void tellEnd(Key key, Broken broken) {
        long bytesMax = broken.diskBytes() > 0 ? broken.diskBytes() : knownBytes(key);
        tell(
                key,
                new EpochInvalidated(
                        key.vm(), key.disk(), key.tracker(), broken.reason(), broken.detail(), Level.FULL, bytesMax));
    }

    private long knownBytes(Key key) {
        return hosts.disks(key.vm()).stream()
                .filter(disk -> disk.id().equals(key.disk()))
                .mapToLong(Disk::virtualSizeBytes)
                .findFirst()
                .orElse(0);
    }

    private static Epoch ended(Key key, Reason reason, long revision) {
        return new Epoch(
                key.vm(), key.disk(), key.tracker(), null, null, null, null, GRANULARITY_BYTES, reason, revision);
    }

    /// Opaque to readers, who may compare tokens and nothing else: base64url of version, VM, disk, tracker, point
    /// and attempt, so that no two epochs ever have the same one and a token can be checked where it is used.
    private static String token(Key key, Attempt attempt, RestorePointId point) {
        String text = String.join(
                "|",
                "1",
                key.vm().toString(),
                key.disk().toString(),
                key.tracker().toString(),
                point.toString(),
                attempt.toString());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long revisionAfter(Optional<Numbered> old) {
        return old.map(known -> known.epoch().revision()).orElse(0L) + 1;
    }

    private void tell(Key key, Object event) {
        String vm = key.vm().toString();
        outbox.add(new OutgoingMessage(Topics.EVENTS, vm, event, vm, Provenance.NONE));
    }

    private void tell(Epoch epoch) {
        String key = epoch.vm() + "/" + epoch.disk() + "/" + epoch.tracker();
        EpochRow row = new EpochRow(
                epoch.vm(),
                epoch.disk(),
                epoch.tracker(),
                epoch.token(),
                epoch.validSince(),
                epoch.granularityBytes(),
                epoch.reason(),
                epoch.revision());
        outbox.add(new OutgoingMessage(Topics.EPOCHS, key, row, key, Provenance.NONE));
    }

    /// Whose epoch it is.
    public record Key(VmId vm, DiskId disk, TrackerId tracker) {
        static Key of(Epoch epoch) {
            return new Key(epoch.vm(), epoch.disk(), epoch.tracker());
        }
    }

    /// What a new epoch stands on: the point whose checkpoint it is, where that lies, and the disk at that moment.
    public record Begun(RestorePointId point, RepositoryId repository, Instant takenAt, DiskThen disk) {}
}
