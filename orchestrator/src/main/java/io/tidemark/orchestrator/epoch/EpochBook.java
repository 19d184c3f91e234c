package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent.EpochAdvanced;
import io.tidemark.schemas.event.PublicEvent.EpochEnded;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.table.EpochRow;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Moves epochs, forward only, and tells of each move. The caller holds the VM's lock.
@ApplicationScoped
public final class EpochBook implements Epochs {
    /// One granule of our bitmaps; the repository's chunk has the same size.
    private static final long GRANULARITY_BYTES = 65_536;

    private final EpochStore store;
    private final Outbox outbox;
    private final Transactions transactions;

    EpochBook(EpochStore store, Outbox outbox, Transactions transactions) {
        this.store = store;
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

    /// The disk's bitmap has recorded since the point. An advance by an attempt that is not newer than the one that
    /// moved the epoch last changes nothing.
    public void advance(Key key, Attempt attempt, RestorePointId point, RepositoryId repository, Instant takenAt) {
        Optional<Numbered> old = store.find(key.disk(), key.tracker());
        if (old.isPresent() && attempt.compareTo(old.get().attempt()) <= 0) {
            return;
        }
        String token = token(key, attempt, point);
        Epoch epoch = new Epoch(
                key.vm(),
                key.disk(),
                key.tracker(),
                point,
                repository,
                token,
                takenAt,
                GRANULARITY_BYTES,
                null,
                revisionAfter(old));
        store.save(new Numbered(epoch, attempt));
        tell(key, new EpochAdvanced(key.vm(), key.disk(), key.tracker(), token, takenAt));
        tell(epoch);
    }

    /// A backup left the disk without a bitmap, for the reason named.
    public void endBy(Key key, Attempt attempt, Reason reason) {
        Optional<Numbered> old = store.find(key.disk(), key.tracker());
        if (old.isPresent() && attempt.compareTo(old.get().attempt()) <= 0) {
            return;
        }
        end(key, attempt, reason, old);
    }

    /// A catalog that was built anew does not know what the bitmap is good for since that attempt.
    ///
    /// @param revisionMin so high that readers of the table take it for news
    public void endUnknown(Key key, Attempt attempt, long revisionMin) {
        Optional<Numbered> old = store.find(key.disk(), key.tracker());
        if (old.isEmpty() || attempt.compareTo(old.get().attempt()) > 0) {
            end(key, attempt, Reason.CATALOG_REBUILT, Math.max(revisionAfter(old), revisionMin));
        }
    }

    /// The disk's bitmap broke. Without a live epoch this changes nothing.
    public void end(Key key, Reason reason) {
        Optional<Numbered> old = store.find(key.disk(), key.tracker());
        old.filter(known -> known.epoch().isLive()).ifPresent(known -> end(key, known.attempt(), reason, old));
    }

    private void end(Key key, Attempt attempt, Reason reason, Optional<Numbered> old) {
        if (old.isEmpty() || old.get().epoch().reason() != reason) {
            end(key, attempt, reason, revisionAfter(old));
        } else {
            store.save(new Numbered(ended(key, reason, old.get().epoch().revision()), attempt));
        }
    }

    private void end(Key key, Attempt attempt, Reason reason, long revision) {
        Epoch epoch = ended(key, reason, revision);
        store.save(new Numbered(epoch, attempt));
        tell(key, new EpochEnded(key.vm(), key.disk(), key.tracker(), reason));
        tell(epoch);
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
    public record Key(VmId vm, DiskId disk, TrackerId tracker) {}
}
