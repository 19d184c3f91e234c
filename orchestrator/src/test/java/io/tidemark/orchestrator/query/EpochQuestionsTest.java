package io.tidemark.orchestrator.query;

import static io.tidemark.orchestrator.epoch.EpochFixture.KEY;
import static io.tidemark.orchestrator.epoch.EpochFixture.POINT;
import static io.tidemark.orchestrator.epoch.EpochFixture.TAKEN;
import static io.tidemark.orchestrator.epoch.EpochFixture.TRANSACTIONS;
import static io.tidemark.orchestrator.epoch.EpochFixture.report;
import static io.tidemark.orchestrator.epoch.OneVm.DISK;
import static io.tidemark.orchestrator.epoch.OneVm.DOMAIN;
import static io.tidemark.orchestrator.epoch.OneVm.HOST;
import static io.tidemark.orchestrator.epoch.OneVm.OTHER_HOST;
import static io.tidemark.orchestrator.epoch.OneVm.VM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.epoch.EpochFixture;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.query.EpochQuestions.Outcome;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.request.ClientReply.EpochAnswered;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Questions and answers as they really come: twice, late, from elsewhere, while epochs move.
class EpochQuestionsTest {
    private static final Asker ASKER = new Asker(new ClientId("orders"), "order-1");
    private static final QueryEpoch WISH = new QueryEpoch(null, "web", "vda", null);

    private final EpochFixture given = new EpochFixture();
    private final InMemoryEpochQueries queries = new InMemoryEpochQueries();
    private final AtomicLong ids = new AtomicLong();
    private Instant now = TAKEN.plusSeconds(60);
    private final EpochQuerySupplies supplies = new EpochQuerySupplies(
            ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
            () -> new UUID(9, ids.incrementAndGet()),
            TRANSACTIONS,
            Duration.ofSeconds(5),
            Duration.ofHours(1));
    private final EpochQuestions questions =
            new EpochQuestions(queries, given.book, given.hosts, given.sent::add, supplies);
    private final EpochObservations observations = new EpochObservations(queries, questions, given.book, given.hosts);

    @BeforeEach
    void anEpochLives() {
        given.advance(POINT, 1);
        given.sent.clear();
    }

    private EpochQuery ask(QueryEpoch wish) {
        return ((Outcome.Taken) questions.ask(wish)).query();
    }

    private QueryId lastSent() {
        return given.told(ObserveVm.class).getLast().query();
    }

    private void seen(HostId speaker, QueryId query, @Nullable VmReport vm) {
        seen(speaker, new VmObserved(query, DOMAIN, vm, vm == null ? "libvirt does not answer" : null));
    }

    private void seen(HostId speaker, VmObserved seen) {
        var place = new Received.Place(Topics.hostEvents(speaker), 0, 1);
        var id = new MessageId(new UUID(8, 1));
        observations.handle(new Received<>(place, new Envelope<>(id, seen, "test", "vm", now, null, null, null, null)));
    }

    private EpochAnswer answer(EpochQuery query) {
        return questions.byId(query.id()).orElseThrow().answered().orElseThrow().answer();
    }

    private static EpochAnswer none(Reason reason, @Nullable String detail) {
        return new EpochAnswer.None(reason, detail);
    }

    private EpochAnswer valid() {
        return new EpochAnswer.Valid(given.token(), TAKEN, 65_536, 131_072L);
    }

    @Test
    void hostThatSeesTheBitmapRecordGivesTheToken() {
        EpochQuery query = ask(WISH);
        assertThat(questions.byId(query.id()).orElseThrow().answered()).isEmpty();

        seen(HOST, lastSent(), report(BitmapState.RECORDING));

        assertThat(answer(query)).isEqualTo(valid());
    }

    @Test
    void anotherDiskAtTheTargetSaysNothingOfTheOneThatWasThere() {
        given.hosts.giveSerial("first");
        EpochQuery query = ask(WISH);

        seen(HOST, lastSent(), report(BitmapState.RECORDING));

        assertThat(((EpochAnswer.None) answer(query)).reason()).isEqualTo(Reason.NOT_OBSERVED);
        assertThat(given.book.live(VM)).hasSize(1);
    }

    @Test
    void commandIsForTheHostsSessionAndCarriesTheDomain() {
        ask(WISH);

        assertThat(given.sent).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo(Topics.hostCommands(HOST));
            assertThat(message.key()).isEqualTo(VM.toString());
            assertThat(message.body()).isEqualTo(new ObserveVm(new QueryId(new UUID(9, 1)), DOMAIN));
            assertThat(message.provenance().session()).isNotNull();
        });
    }

    @Test
    void brokenBitmapEndsTheEpochAndASecondObservationChangesNothing() {
        EpochQuery query = ask(WISH);

        seen(HOST, lastSent(), report(BitmapState.INCONSISTENT));
        seen(HOST, lastSent(), report(BitmapState.RECORDING));

        assertThat(((EpochAnswer.None) answer(query)).reason()).isEqualTo(Reason.BITMAP_INCONSISTENT);
        assertThat(given.book.live(VM)).isEmpty();
        assertThat(given.told(EpochInvalidated.class)).hasSize(1);
    }

    @Test
    void diskWithoutAnEpochIsAnsweredAtOnceWithItsReason() {
        given.book.end(KEY, new Broken(Reason.CHANGED_OFFLINE, "by somebody", 0));

        assertThat(answer(ask(WISH))).isEqualTo(none(Reason.CHANGED_OFFLINE, null));
        assertThat(answer(ask(new QueryEpoch(VM, null, DISK.toString(), new TrackerId("other")))))
                .isEqualTo(none(Reason.NOT_TRACKED, "no backup of tracker other has looked at the disk"));
        assertThat(given.told(ObserveVm.class)).isEmpty();
    }

    @Test
    void silentHostIsAnsweredForAtOnce() {
        given.hosts.fallSilent();
        assertThat(answer(ask(WISH)))
                .isEqualTo(none(Reason.HOST_UNREACHABLE, "host " + HOST + ": expected a granted session, found none"));

        given.hosts.vanish();
        assertThat(answer(ask(WISH)).toString()).contains("expected a report of VM web, found one without it");

        given.hosts.moveTo(null);
        assertThat(answer(ask(WISH)).toString()).contains("expected a host, found none");
        assertThat(given.told(ObserveVm.class)).isEmpty();
    }

    @Test
    void epochThatMovedBetweenQuestionAndAnswerIsAskedForAgain() {
        EpochQuery query = ask(WISH);
        QueryId first = lastSent();
        given.advance(new RestorePointId(new UUID(3, 2)), 2);

        seen(HOST, first, report(BitmapState.RECORDING));
        seen(HOST, first, report(BitmapState.RECORDING));

        assertThat(questions.byId(query.id()).orElseThrow().answered()).isEmpty();
        assertThat(given.told(EpochInvalidated.class)).isEmpty();
        assertThat(lastSent()).isNotEqualTo(first);
        seen(HOST, lastSent(), null);
        assertThat(answer(query)).isEqualTo(none(Reason.NOT_OBSERVED, "libvirt does not answer"));
    }

    @Test
    void epochThatEndedBetweenQuestionAndAnswerGivesItsReason() {
        EpochQuery query = ask(WISH);
        given.book.end(KEY, new Broken(Reason.BITMAP_NOT_MIGRATED, "moved", 0));

        seen(HOST, lastSent(), report(BitmapState.RECORDING));

        assertThat(answer(query)).isEqualTo(none(Reason.BITMAP_NOT_MIGRATED, null));
    }

    @Test
    void vmThatMovedBetweenQuestionAndAnswerIsLookedAtWhereItIs() {
        EpochQuery query = ask(WISH);
        QueryId first = lastSent();
        given.hosts.moveTo(OTHER_HOST);

        seen(HOST, first, report(BitmapState.RECORDING));
        seen(HOST, lastSent(), report(BitmapState.RECORDING));
        assertThat(questions.byId(query.id()).orElseThrow().answered()).isEmpty();

        seen(OTHER_HOST, lastSent(), report(BitmapState.RECORDING));
        assertThat(answer(query)).isEqualTo(valid());
    }

    @Test
    void anotherHostCannotAnswerNorEndTheEpoch() {
        EpochQuery query = ask(WISH);

        seen(OTHER_HOST, lastSent(), report(BitmapState.INCONSISTENT));

        assertThat(questions.byId(query.id()).orElseThrow().answered()).isEmpty();
        assertThat(given.book.live(VM)).hasSize(1);
    }

    @Test
    void reportOfAnotherDomainIsUnacceptable() {
        ask(WISH);
        DomainUuid other = new DomainUuid(new UUID(1, 9));
        VmObserved foreign = new VmObserved(lastSent(), other, report(BitmapState.RECORDING), null);

        assertThatThrownBy(() -> seen(HOST, foreign))
                .isInstanceOf(UnacceptableMessage.class)
                .hasMessageContaining("domain: expected " + DOMAIN);
    }

    @Test
    void nobodyAnswersWithinTheLimitAndALateWordChangesNothing() {
        EpochQuery query = ask(WISH);
        now = now.plusSeconds(4);
        questions.expire();
        assertThat(questions.byId(query.id()).orElseThrow().answered()).isEmpty();

        now = now.plusSeconds(1);
        questions.expire();
        seen(HOST, lastSent(), report(BitmapState.RECORDING));

        assertThat(answer(query))
                .isEqualTo(
                        none(Reason.HOST_UNREACHABLE, "host " + HOST + ": expected its word within PT5S, found none"));
    }

    @Test
    void clientGetsOneReplyAndTheSameForTheSameCorrelationId() {
        questions.hear(WISH, ASKER);
        questions.hear(WISH, ASKER);
        assertThat(given.told(ObserveVm.class)).hasSize(1);
        assertThat(given.told(EpochAnswered.class)).isEmpty();

        seen(HOST, lastSent(), report(BitmapState.RECORDING));
        assertThat(given.told(EpochAnswered.class))
                .containsExactly(
                        new EpochAnswered(VM, DISK, KEY.tracker(), given.token(), TAKEN, 65_536, 131_072L, null, null));

        given.hosts.fallSilent();
        questions.hear(WISH, ASKER);
        assertThat(given.told(EpochAnswered.class))
                .hasSize(2)
                .containsOnly(given.told(EpochAnswered.class).getFirst());
        assertThat(given.sent.getLast().topic()).isEqualTo(Topics.clientReplies(ASKER.client()));
        assertThat(given.sent.getLast().key()).isEqualTo("order-1");
    }

    @Test
    void questionThatNamesNothingIsRefusedAndStaysRefused() {
        questions.hear(new QueryEpoch(null, "web", "vdz", null), ASKER);
        questions.hear(WISH, ASKER);

        assertThat(given.told(RequestFailed.class))
                .hasSize(2)
                .containsOnly(new RequestFailed(
                        FailureReason.MESSAGE_MALFORMED,
                        "disk: expected an existing one, found none with \"vdz\"; VM web has [vda]"));
        assertThat(questions.isAsked(ASKER)).isTrue();
    }

    @Test
    void vmThatIsNotThereOrNamedTwiceOrNotAtAllIsRefused() {
        questions.hear(new QueryEpoch(null, "db", "vda", null), new Asker(ASKER.client(), "a"));
        questions.hear(new QueryEpoch(VM, "web", "vda", null), new Asker(ASKER.client(), "b"));
        questions.hear(new QueryEpoch(null, null, "vda", null), new Asker(ASKER.client(), "c"));

        assertThat(given.told(RequestFailed.class))
                .extracting(RequestFailed::detail)
                .containsExactly(
                        "VM: expected an existing one, found none with the name \"db\"",
                        "vm: expected either vm or vmName, found both",
                        "vm: expected either vm or vmName, found neither");
    }

    @Test
    void answersAreForgottenAfterTheirTimeAndOpenQuestionsAreNot() {
        EpochQuery open = ask(WISH);
        EpochQuery answered = ask(new QueryEpoch(VM, null, "vda", new TrackerId("other")));
        questions.hear(new QueryEpoch(null, "db", "vda", null), ASKER);

        now = now.plus(Duration.ofMinutes(61));
        questions.forget();

        assertThat(questions.byId(open.id())).isPresent();
        assertThat(questions.byId(answered.id())).isEmpty();
        assertThat(questions.isAsked(ASKER)).isFalse();
    }
}
