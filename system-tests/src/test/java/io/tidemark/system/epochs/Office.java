package io.tidemark.system.epochs;

import io.tidemark.orchestrator.epoch.DiskThen;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.EpochParts;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
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
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.vocabulary.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/// The orchestrator's real book of epochs and its questions, over rows in memory. Fields that are not final are its
/// state.
final class Office {
    private static final TrackerId TRACKER = new TrackerId("default");
    private static final RepositoryId REPOSITORY = new RepositoryId("main");
    private static final Transactions TRANSACTIONS = new Transactions() {
        @Override
        public <T> T call(java.util.function.Supplier<T> work) {
            return work.get();
        }
    };

    /// Commands that the agent has not been given yet.
    final List<ObserveVm> toObserve = new java.util.ArrayList<>();

    final Set<RestorePointId> toRetire = new LinkedHashSet<>();
    boolean isReportWished;

    private final OneVmOnOneHost hosts = new OneVmOnOneHost();
    private final Promises promises;
    private final EpochFlaw flaw;
    private final Agent.Clock clock;
    private final EpochBook book;
    private final InventoryListener watch;
    private final QuestionDesk desk;
    /// By the disk's serial.
    private final Map<String, TruePoint> live = new LinkedHashMap<>();
    private final Set<RestorePointId> catalogued = new HashSet<>();
    private long ids;
    private long seenAfter;

    Office(Promises promises, EpochFlaw flaw, Agent.Clock clock) {
        this.promises = promises;
        this.flaw = flaw;
        this.clock = clock;
        book = EpochParts.book(new EpochRows(), hosts, this::send, TRANSACTIONS);
        watch = EpochParts.watch(hosts, book);
        InstantSource instants = () -> Instant.ofEpochSecond(clock.number());
        var supplies = new EpochQuerySupplies(
                instants.withZone(ZoneOffset.UTC),
                () -> new UUID(9, ++ids),
                TRANSACTIONS,
                Duration.ofSeconds(60),
                Duration.ofHours(1));
        desk = new QuestionDesk(new QuestionRows(book, flaw), book, hosts, this::send, supplies);
    }

    private void send(OutgoingMessage message) {
        if (message.body() instanceof ObserveVm observe) {
            toObserve.add(observe);
        } else if (message.body() instanceof EpochInvalidated ended) {
            String serial = serial(ended.disk().toString());
            promises.ended(Objects.requireNonNull(live.remove(serial)), serial, ended.reason(), seenAfter);
        }
    }

    private String serial(String disk) {
        return Objects.requireNonNull(hosts.disks(OneVmOnOneHost.VM).stream()
                .filter(each -> each.id().toString().equals(disk))
                .findFirst()
                .orElseThrow()
                .serial());
    }

    /// The point of each live epoch, by the disk's serial.
    Map<String, TruePoint> live() {
        return Map.copyOf(live);
    }

    List<Disk> disks() {
        return hosts.disks(OneVmOnOneHost.VM);
    }

    void report(Agent.Report report) {
        seenAfter = report.number();
        hosts.take(report.vm());
        watch.reported(hosts.vm(OneVmOnOneHost.VM).orElseThrow(), report.vm());
    }

    /// What `CatalogService` does with the epochs of a completed backup, each disk of which began a bitmap.
    void completed(TruePoint point) {
        if (!catalogued.add(point.id())) {
            return;
        }
        point.disks().forEach((serial, disk) -> advance(point, serial, disk));
        isReportWished |= flaw != EpochFlaw.REPORT_NOT_ASKED;
    }

    private void advance(TruePoint point, String serial, TruePoint.Disk disk) {
        DiskResult result = new DiskResult(
                OneVmOnOneHost.disk(serial),
                disk.target(),
                Level.FULL,
                null,
                disk.sizeBytes(),
                0,
                0,
                disk.identity(),
                true,
                0L);
        EpochBook.Key key = new EpochBook.Key(OneVmOnOneHost.VM, result.disk(), TRACKER);
        book.advance(
                key,
                point.attempt(),
                new EpochBook.Begun(point.id(), REPOSITORY, point.takenAt(), DiskThen.of(result)));
        Numbered row = book.find(key).orElseThrow();
        if (point.id().equals(row.epoch().point())) {
            live.put(serial, point);
            promises.token(String.valueOf(row.epoch().token()), point, serial);
        }
    }

    /// Has checkpoints retired that nobody names, and that are not the newest.
    void retireUnneeded(Set<RestorePointId> inFlight) {
        List<TruePoint> listed = promises.points().stream()
                .filter(point -> catalogued.contains(point.id()))
                .toList();
        for (TruePoint point : listed) {
            boolean isNamed =
                    live.values().stream().anyMatch(named -> named.id().equals(point.id()));
            boolean isSuperseded =
                    listed.stream().anyMatch(other -> other.attempt().compareTo(point.attempt()) > 0);
            if (isSuperseded && !isNamed && !inFlight.contains(point.id())) {
                toRetire.add(point.id());
            }
        }
    }

    void ask(String serial) {
        Disk disk = disks().stream()
                .filter(each -> serial.equals(each.serial()))
                .findFirst()
                .orElseThrow();
        QueryId asked =
                desk.ask(new QueryEpoch(OneVmOnOneHost.VM, null, disk.id().toString(), null));
        promises.asked(asked, serial);
        tellAnswers();
    }

    /// A host's word, which it looked for after it was asked.
    void hear(VmObserved word) {
        seenAfter = Long.MAX_VALUE;
        var place = new Received.Place(Topics.hostEvents(OneVmOnOneHost.HOST), 0, 1);
        Instant now = Instant.ofEpochSecond(clock.number());
        var envelope =
                new Envelope<>(new MessageId(new UUID(8, ++ids)), word, "test", "vm", now, null, null, null, null);
        desk.hear(new Received<>(place, envelope));
        tellAnswers();
    }

    void expire() {
        desk.expire();
        tellAnswers();
    }

    private void tellAnswers() {
        for (QueryId question : promises.open()) {
            desk.answer(question).ifPresent(answer -> promises.answered(question, answer));
        }
    }
}
