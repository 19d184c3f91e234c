package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.epoch.EpochBook.Begun;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// A book of epochs over one VM in memory, what it has told, and reports of the VM.
public final class EpochFixture {
    public static final EpochBook.Key KEY = new EpochBook.Key(OneVm.VM, OneVm.DISK, new TrackerId("default"));
    public static final RestorePointId POINT = new RestorePointId(new UUID(3, 1));
    public static final String BITMAP = "tidemark-" + POINT;
    public static final Instant TAKEN = Instant.parse("2026-01-02T03:04:05Z");
    public static final Transactions TRANSACTIONS = new Transactions() {
        @Override
        public <T> T call(Supplier<T> work) {
            return work.get();
        }
    };

    public final OneVm hosts = new OneVm();
    public final List<OutgoingMessage> sent = new ArrayList<>();
    public final EpochBook book = new EpochBook(new InMemoryEpochs(), hosts, sent::add, TRANSACTIONS);

    /// The epoch advances to the point by an attempt of that number.
    public void advance(RestorePointId point, long sequence) {
        DiskThen disk = new DiskThen("1:2", OneVm.DISK_BYTES);
        book.advance(KEY, new Attempt(1, sequence), new Begun(point, new RepositoryId("main"), TAKEN, disk));
    }

    /// The token of the epoch; an epoch that has ended fails here.
    public String token() {
        return String.valueOf(book.find(KEY).orElseThrow().epoch().token());
    }

    /// What was told of that kind.
    public <T> List<T> told(Class<T> kind) {
        return sent.stream()
                .map(OutgoingMessage::body)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /// The VM with a disk whose bitmap of the point stands so, and its checkpoint.
    public static VmReport report(BitmapState state) {
        return report(List.of(new BitmapReport(BITMAP, state, null, 65_536, 131_072L)));
    }

    public static VmReport report(List<BitmapReport> bitmaps) {
        DiskReport disk = new DiskReport("vda", null, ImageFormat.QCOW2, OneVm.DISK_BYTES, "1:2", true, null, bitmaps);
        return report(disk, BITMAP);
    }

    public static VmReport report(DiskReport disk, String... checkpoints) {
        return new VmReport(OneVm.DOMAIN, "web", VmState.RUNNING, List.of(disk), List.of(checkpoints));
    }
}
