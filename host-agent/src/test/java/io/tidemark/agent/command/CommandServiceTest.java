package io.tidemark.agent.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandServiceTest {
    private static final HostId HOST = new HostId(new UUID(9, 9));
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final CommandLimits LIMITS = new CommandLimits(2, 2, Duration.ofMillis(5), 10);
    private static final Attempt ATTEMPT = new Attempt(3, 17);

    @TempDir
    Path folder;

    private final AtomicLong ids = new AtomicLong(1000);
    private final AtomicLong nowMillis = new AtomicLong();
    private final MessageCodec codec = new MessageCodec();
    private FakeWork work = new FakeWork();
    private SentEvents sent = new SentEvents();
    private SessionId session = new SessionId(new UUID(1, 1));
    private Life life = new Life(null, null, null);

    private record Life(
            @Nullable EventOutbox outbox,
            @Nullable CommandService service,
            @Nullable Heartbeats heartbeats) {}

    @BeforeEach
    void begin() {
        begin(new UUID(1, 1));
    }

    /// Another life of the agent over the same journal, with a broker and work of its own.
    private void begin(UUID id) {
        work = new FakeWork();
        sent = new SentEvents();
        life = begun(id);
    }

    private Life begun(UUID id) {
        session = new SessionId(id);
        AgentSession agent = new AgentSession(session, nowMillis::get);
        Journal journal = Journal.open(folder);
        var outbox = new EventOutbox(
                journal, agent, sent, new EventOrigin(HOST, () -> message(ids.getAndIncrement()), CLOCK));
        var service = new CommandService(journal, agent, outbox, work, LIMITS);
        var started = new AgentStarted(session, HOST, "1", List.of(), true, service.tasksLeft());
        var beats = new Heartbeats(agent, outbox, started, () -> new Heartbeat(0, 1, true), Duration.ofHours(1));
        return new Life(outbox, service, beats);
    }

    @AfterEach
    void end() throws InterruptedException {
        work.hold.countDown();
        assertThat(service().stop(5000)).isTrue();
        boolean _ = outbox().flush(1000); // what is noted of the last answers, before the folder goes
        outbox().close();
        service().close();
    }

    @Test
    void nothingButTheStartIsSaidBeforeTheGrant() {
        heartbeats().beat();
        receive(1, null, backup(1));
        heartbeats().beat();

        assertThat(sent.envelopes())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.body()).isInstanceOf(AgentStarted.class));
        grant();
        heartbeats().beat();
        await(() -> sent.bodies(CommandRefused.class).size() == 1);
        assertThat(sent.bodies(Heartbeat.class)).hasSize(1);
    }

    @Test
    void aCommandIsCarriedOutAndItsEventsSayWhoAsked() {
        grant();
        receive(1, session, backup(1));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(sent.bodies(BackupStarted.class)).hasSize(1);
        assertThat(sent.envelopes()).allSatisfy(event -> {
            assertThat(event.causation()).isEqualTo(message(1));
            assertThat(event.correlation()).isEqualTo("asked");
            assertThat(event.attempt()).isEqualTo(ATTEMPT);
            assertThat(event.session()).isEqualTo(session);
            assertThat(event.subject()).isEqualTo(vm(1).toString());
        });
        assertThat(sent.raw()).allSatisfy(event -> assertThat(event.key()).isEqualTo(vm(1).toString()));
    }

    @Test
    void aQuestionIsAnsweredBesideWhatRunsAndOnlyInItsSession() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> sent.bodies(BackupStarted.class).size() == 1);

        receive(2, session, new ObserveVm(new QueryId(new UUID(8, 1)), new DomainUuid(new UUID(9, 1))));
        receive(
                3,
                new SessionId(new UUID(7, 7)),
                new ObserveVm(new QueryId(new UUID(8, 2)), new DomainUuid(new UUID(9, 1))));

        await(() -> sent.bodies(VmObserved.class).size() == 1
                && sent.bodies(CommandRefused.class).size() == 1);
        assertThat(sent.bodies(VmObserved.class))
                .extracting(VmObserved::query)
                .containsExactly(new QueryId(new UUID(8, 1)));
        assertThat(sent.bodies(BackupFailed.class)).as("the backup goes on").isEmpty();
    }

    @Test
    void aDuplicateIsAnsweredInTheSameWordsAndNotCarriedOut() {
        grant();
        receive(1, session, backup(1));
        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(flushed()).isTrue();

        receive(1, session, backup(1));

        await(() -> sent.bodies(BackupFailed.class).size() == 2);
        assertThat(work.run).containsExactly(message(1));
        assertThat(sent.envelopes().getLast().id())
                .isEqualTo(sent.envelopes().get(1).id());
    }

    @Test
    void aDuplicateOfARunningCommandIsLeftToItsEnd() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);
        work.hold.countDown();

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(work.run).hasSize(1);
    }

    @Test
    void aCommandOfAnotherSessionIsRefused() {
        grant();
        receive(1, new SessionId(new UUID(7, 7)), backup(1));

        await(() -> sent.bodies(CommandRefused.class).size() == 1);
        CommandRefused refused = sent.bodies(CommandRefused.class).getFirst();
        assertThat(refused.command()).isEqualTo(message(1));
        assertThat(refused.reason()).isEqualTo(FailureReason.SESSION_NOT_GRANTED);
        assertThat(work.run).isEmpty();
    }

    @Test
    void whileTheLeaseIsOverWorkGoesOnAndNoneIsBegun() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);
        nowMillis.set(60_000);
        receive(2, session, backup(2));
        await(() -> sent.bodies(CommandRefused.class).size() == 1);
        work.hold.countDown();

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        grant();
        receive(3, session, backup(3));
        await(() -> sent.bodies(BackupFailed.class).size() == 2);
        assertThat(work.run).containsExactly(message(1), message(3));
    }

    @Test
    void aCommandWhoseTurnComesAfterTheLeaseIsRefused() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        receive(2, session, backup(1, 2));
        await(() -> work.run.size() == 1);
        nowMillis.set(30_000);
        work.hold.countDown();

        await(() -> sent.bodies(CommandRefused.class).size() == 1);
        assertThat(sent.bodies(CommandRefused.class).getFirst().reason()).isEqualTo(FailureReason.SESSION_NOT_GRANTED);
        assertThat(work.run).containsExactly(message(1));
    }

    @Test
    void theDeadlineCountsFromTheReceipt() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        receive(2, session, backup(1, 2));
        await(() -> work.run.size() == 1);
        nowMillis.set(10_000);
        work.hold.countDown();

        await(() -> sent.bodies(BackupFailed.class).size() == 2);
        assertThat(work.deadlinesMillis).containsExactly(60_000L, 50_000L);
    }

    @Test
    void aCommandThatWaitedBeyondItsDeadlineTimesOut() {
        work.hold = new CountDownLatch(1);
        receive(ids.getAndIncrement(), null, new GrantSession(session, 300_000, 3));
        receive(1, session, backup(1));
        receive(2, session, backup(1, 2));
        await(() -> work.run.size() == 1);
        nowMillis.set(60_000);
        work.hold.countDown();

        await(() -> sent.bodies(BackupFailed.class).size() == 2);
        assertThat(sent.bodies(BackupFailed.class).getLast().detail()).contains("had waited for 60000 ms");
        assertThat(work.run).containsExactly(message(1));
    }

    @Test
    void anErrorOfTheWorkIsAnEndAsWell() {
        work.failure = new OutOfMemoryError("planned");
        grant();
        receive(1, session, backup(1));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.INTERNAL);
        assertThat(flushed()).isTrue();
    }

    @Test
    void aCancelActsOnARunningCommand() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);

        receive(2, session, new CancelTask(task(1)));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.CANCELLED);
    }

    @Test
    void aCancelDoesNotWaitBehindTheWorkThatRuns() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        receive(2, session, backup(1, 2));

        receive(3, session, new CancelTask(task(2)));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(sent.bodies(BackupFailed.class).getFirst().task()).isEqualTo(task(2));
        work.hold.countDown();
        await(() -> sent.bodies(BackupFailed.class).size() == 2);
        assertThat(work.run).containsExactly(message(1));
    }

    @Test
    void aCancelThatComesFirstIsRemembered() {
        grant();
        receive(1, session, new CancelTask(task(1)));
        receive(2, session, backup(1));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.CANCELLED);
        assertThat(work.run).isEmpty();
    }

    @Test
    void moreThanMayWaitIsAnswered() {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);
        receive(2, session, backup(1, 2));
        receive(3, session, backup(1, 3));
        receive(4, session, backup(1, 4));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.DOMAIN_BUSY);
        work.hold.countDown();
    }

    @Test
    void whatCannotBeReadIsRefusedAndTheNextCommandIsCarriedOut() {
        grant();
        service().receive(Map.of("ce_type", "io.tidemark.start-backup.v1", "ce_id", "" + message(1)), new byte[1]);
        service().receive(Map.of("ce_type", "io.tidemark.start-everything.v9"), new byte[0]);
        service().receive(Map.of(), null);
        receive(2, session, backup(1));

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(sent.bodies(CommandRefused.class))
                .extracting(CommandRefused::reason)
                .containsExactly(
                        FailureReason.MESSAGE_MALFORMED,
                        FailureReason.MESSAGE_UNKNOWN,
                        FailureReason.MESSAGE_MALFORMED);
    }

    @Test
    void aReportIsSentWhenGrantedAndWhenAsked() {
        service().start();
        grant();
        await(() -> work.reports.get() == 1);
        receive(1, session, new SendReport());

        assertThat(work.reports).hasValue(2);
    }

    @Test
    void aCommandThatAnEarlierLifeLeftIsSettledAndNotCarriedOut() throws InterruptedException {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);
        CountDownLatch firstHold = work.hold;
        CommandService firstLife = service();

        begin(new UUID(2, 2));
        work.settlesThatFail.set(2);
        assertThat(service().tasksLeft()).containsExactly(task(1));
        service().start();
        grant();

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.AGENT_RESTARTED);
        assertThat(work.settled).containsExactly(message(1));
        assertThat(work.run).isEmpty();
        firstHold.countDown();
        assertThat(firstLife.stop(5000)).isTrue();
    }

    @Test
    void whatTheBrokerDidNotTakeIsSentAgainInTheNewSession() {
        sent.isAway = true;
        grant();
        receive(1, session, backup(1));
        await(() -> Journal.open(folder).unacknowledged().size() == 2);
        MessageId first = Journal.open(folder).unacknowledged().getFirst().id();

        begin(new UUID(2, 2));
        heartbeats().beat();
        grant();

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(sent.envelopes().getFirst().body()).isInstanceOf(AgentStarted.class);
        assertThat(sent.envelopes().get(1).id()).isEqualTo(first);
        assertThat(sent.envelopes().get(1).attempt()).isEqualTo(ATTEMPT);
        assertThat(sent.envelopes())
                .allSatisfy(event -> assertThat(event.session()).isEqualTo(session));
    }

    @Test
    void anAgentThatStopsSaysThatItsTasksMayBeTriedAgain() throws InterruptedException {
        work.hold = new CountDownLatch(1);
        grant();
        receive(1, session, backup(1));
        await(() -> work.run.size() == 1);

        assertThat(service().stop(5000)).isTrue();

        await(() -> sent.bodies(BackupFailed.class).size() == 1);
        assertThat(reasons()).containsExactly(FailureReason.AGENT_RESTARTED);
    }

    private void grant() {
        receive(ids.getAndIncrement(), null, new GrantSession(session, 30_000, 3));
    }

    private void receive(long id, @Nullable SessionId named, AgentCommand command) {
        EncodedMessage encoded = codec.encode(new Envelope<>(
                message(id), command, "orchestrator", "vm", Instant.EPOCH, "asked", null, named, ATTEMPT));
        service().receive(encoded.headers(), encoded.bytes());
    }

    private List<FailureReason> reasons() {
        return sent.bodies(BackupFailed.class).stream()
                .map(BackupFailed::reason)
                .toList();
    }

    private boolean flushed() {
        try {
            return outbox().flush(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private CommandService service() {
        return requireNonNull(life.service());
    }

    private EventOutbox outbox() {
        return requireNonNull(life.outbox());
    }

    private Heartbeats heartbeats() {
        return requireNonNull(life.heartbeats());
    }

    private static StartBackup backup(long number) {
        return backup(number, number);
    }

    private static StartBackup backup(long vm, long task) {
        return new StartBackup(
                task(task),
                new RestorePointId(new UUID(5, task)),
                vm(vm),
                new DomainUuid(new UUID(6, vm)),
                new TrackerId("default"),
                new RepositoryId("main"),
                null,
                List.of(),
                true,
                1000,
                60_000,
                null,
                null);
    }

    private static MessageId message(long number) {
        return new MessageId(new UUID(2, number));
    }

    private static TaskId task(long number) {
        return new TaskId(new UUID(3, number));
    }

    private static VmId vm(long number) {
        return new VmId(new UUID(4, number));
    }

    private static void await(BooleanSupplier condition) {
        var never = new CountDownLatch(1);
        try {
            for (int poll = 0; poll < 1000 && !condition.getAsBoolean(); poll++) {
                never.await(10, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(condition.getAsBoolean()).as("reached within 10 s").isTrue();
    }
}
