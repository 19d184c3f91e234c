package io.tidemark.system.epochs;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.chain.ChainDecider;
import io.tidemark.orchestrator.chain.ChainFacts;
import io.tidemark.orchestrator.chain.ChainProposal;
import io.tidemark.orchestrator.epoch.DiskThen;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.EpochParts;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.query.EpochQuerySupplies;
import io.tidemark.orchestrator.query.QuestionDesk;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The orchestrator's real book of epochs, its questions and its proposals, over rows in memory. Fields that are
/// not final are its state.
final class RealOffice {
    private static final int TRACKERS_MAX = 8;
    private static final Transactions TRANSACTIONS = new Transactions() {
        @Override
        public <T> T call(Supplier<T> work) {
            return work.get();
        }
    };

    /// Commands that the agent has not been given yet.
    final List<ObserveVm> toObserve = new ArrayList<>();

    boolean isReportWished;

    private final OneVmOnOneHost hosts = new OneVmOnOneHost();
    private final EpochRows rows = new EpochRows();
    private final RealPromises promises;
    private final LongSupplier clock;
    private final EpochBook book;
    private final InventoryListener watch;
    private final QuestionDesk desk;
    private final List<RestorePoint> listed = new ArrayList<>();
    private final Map<Line, RealPoint> live = new LinkedHashMap<>();
    private final Set<RestorePointId> retired = new LinkedHashSet<>();
    private long ids;
    private long seenAfter;

    /// Whose epoch it is.
    record Line(String serial, TrackerId tracker) {}

    RealOffice(RealPromises promises, LongSupplier clock) {
        this.promises = promises;
        this.clock = clock;
        book = EpochParts.book(rows, hosts, this::send, TRANSACTIONS);
        watch = EpochParts.watch(hosts, book);
        InstantSource instants = () -> Instant.ofEpochSecond(clock.getAsLong());
        var supplies = new EpochQuerySupplies(
                instants.withZone(ZoneOffset.UTC),
                () -> new UUID(9, ++ids),
                TRANSACTIONS,
                Duration.ofSeconds(60),
                Duration.ofHours(1));
        desk = new QuestionDesk(new QuestionRows(book, EpochFlaw.NONE), book, hosts, this::send, supplies);
    }

    private void send(OutgoingMessage message) {
        if (message.body() instanceof ObserveVm observe) {
            toObserve.add(observe);
        } else if (message.body() instanceof EpochInvalidated ended) {
            Line line = new Line(serial(ended.disk()), ended.tracker());
            promises.ended(Objects.requireNonNull(live.remove(line)), line.serial(), ended.reason(), seenAfter);
        }
    }

    private String serial(DiskId disk) {
        return Objects.requireNonNull(hosts.disks(OneVmOnOneHost.VM).stream()
                .filter(each -> each.id().equals(disk))
                .findFirst()
                .orElseThrow()
                .serial());
    }

    /// The point of each live epoch.
    Map<Line, RealPoint> live() {
        return Map.copyOf(live);
    }

    void report(RealAgent.Report report) {
        seenAfter = report.number();
        hosts.take(report.vm());
        watch.reported(hosts.vm(OneVmOnOneHost.VM).orElseThrow(), report.vm());
    }

    ChainProposal propose(TrackerId tracker, BackupLevel level) {
        return ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(tracker, RealAgent.REPOSITORY, TRACKERS_MAX),
                level,
                hosts.disks(OneVmOnOneHost.VM),
                rows.all(),
                listed));
    }

    /// As `CatalogService` lists a point. A second time changes nothing.
    void completed(RealPoint point, BackupCompleted completed, @Nullable RestorePointId parent) {
        if (listed.stream().anyMatch(known -> known.id().equals(point.id()))) {
            return;
        }
        RestorePoint row = row(point, completed, parent);
        listed.add(row);
        if (!row.isCopy()) {
            completed.disks().forEach(disk -> moveEpoch(point, completed, disk));
            isReportWished = true;
        }
    }

    private void moveEpoch(RealPoint point, BackupCompleted completed, DiskResult disk) {
        EpochBook.Key key = new EpochBook.Key(OneVmOnOneHost.VM, disk.disk(), point.tracker());
        if (disk.epochBegun()) {
            book.advance(
                    key,
                    point.attempt(),
                    new EpochBook.Begun(point.id(), RealAgent.REPOSITORY, completed.takenAt(), DiskThen.of(disk)));
            Numbered row = book.find(key).orElseThrow();
            if (point.id().equals(row.epoch().point())) {
                String serial = serial(disk.disk());
                live.put(new Line(serial, point.tracker()), point);
                promises.token(String.valueOf(row.epoch().token()), point, serial);
            }
        } else if (disk.level() == Level.FULL) {
            Reason reason = Objects.requireNonNullElse(disk.reason(), Reason.NOT_TRACKED);
            book.endBy(key, point.attempt(), new Broken(reason, "no epoch was begun", disk.virtualSizeBytes()));
        }
    }

    private static RestorePoint row(RealPoint point, BackupCompleted completed, @Nullable RestorePointId parent) {
        return new RestorePoint(
                completed.point(),
                completed.vm(),
                point.tracker(),
                parent,
                completed.takenAt(),
                completed.consistency(),
                completed.freezeMillis(),
                completed.durationMillis(),
                completed.task(),
                point.attempt(),
                List.of(new RestorePoint.Copy(
                        RealAgent.REPOSITORY,
                        RestorePoint.CopyState.AVAILABLE,
                        completed.commitDigest(),
                        completed.storedBytes(),
                        completed.newBytes(),
                        1)),
                completed.disks().stream().map(RealOffice::part).toList(),
                RestorePoint.Freeze.UNTOLD);
    }

    private static RestorePoint.DiskPart part(DiskResult disk) {
        return new RestorePoint.DiskPart(
                disk.disk(),
                disk.target(),
                disk.level(),
                disk.reason(),
                disk.virtualSizeBytes(),
                disk.dirtyBytes(),
                disk.storedBytes(),
                disk.imageIdentity(),
                disk.epochBegun(),
                disk.newBytes());
    }

    /// Points whose checkpoints nobody needs: not the newest of their tracker, and no live epoch names them.
    /// Each is told once.
    List<RestorePointId> unneeded(@Nullable RestorePointId inFlight) {
        List<RestorePointId> unneeded = listed.stream()
                .filter(point -> !point.isCopy()
                        && !retired.contains(point.id())
                        && !point.id().equals(inFlight))
                .filter(point ->
                        live.values().stream().noneMatch(named -> named.id().equals(point.id())))
                .filter(point -> listed.stream()
                        .anyMatch(other -> !other.isCopy()
                                && other.tracker().equals(point.tracker())
                                && RestorePoint.OLDEST_FIRST.compare(other, point) > 0))
                .map(RestorePoint::id)
                .toList();
        retired.addAll(unneeded);
        return unneeded;
    }

    void ask(String serial, TrackerId tracker) {
        Disk disk = hosts.disks(OneVmOnOneHost.VM).stream()
                .filter(each -> serial.equals(each.serial()))
                .findFirst()
                .orElseThrow();
        QueryId asked =
                desk.ask(new QueryEpoch(OneVmOnOneHost.VM, null, disk.id().toString(), tracker));
        promises.asked(asked, serial, tracker);
        tellAnswers();
    }

    /// A host's word, which it looked for after it was asked.
    void hear(VmObserved word) {
        seenAfter = Long.MAX_VALUE;
        var place = new Received.Place(Topics.hostEvents(OneVmOnOneHost.HOST), 0, 1);
        Instant now = Instant.ofEpochSecond(clock.getAsLong());
        var envelope =
                new Envelope<>(new MessageId(new UUID(8, ++ids)), word, "test", "vm", now, null, null, null, null);
        desk.hear(new Received<>(place, envelope));
        tellAnswers();
    }

    private void tellAnswers() {
        for (QueryId question : promises.open()) {
            desk.answer(question).ifPresent(answer -> promises.answered(question, answer));
        }
    }
}
