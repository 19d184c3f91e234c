package io.tidemark.orchestrator.query.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.query.EpochAnswer;
import io.tidemark.orchestrator.query.EpochQuery;
import io.tidemark.orchestrator.query.EpochQueryState.Answered;
import io.tidemark.orchestrator.query.EpochQuerySupplies;
import io.tidemark.orchestrator.query.EpochQuestions;
import io.tidemark.orchestrator.query.EpochQuestions.Outcome;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.annotation.PreDestroy;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// A disk's epoch as its host sees it now. The thread of the request waits for the answer, without a transaction.
@Path("/api/v1/epochs/now")
@Tag(name = "epochs", description = "Since when each disk's dirty bitmap is valid, or why there is none")
public final class EpochNowResource {
    private static final long LOOK_EVERY_MILLIS = 50;
    /// How much longer than the limit is waited: the tick that answers then has its own pause.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int NAMES_MAX = 20;

    private final EpochQuestions questions;
    private final Hosts hosts;
    private final EpochQuerySupplies supplies;
    private final CountDownLatch stopping = new CountDownLatch(1);

    EpochNowResource(EpochQuestions questions, Hosts hosts, EpochQuerySupplies supplies) {
        this.questions = questions;
        this.hosts = hosts;
        this.supplies = supplies;
    }

    /// An answer; a token, or a reason why there is none.
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record View(
            VmId vm,
            String vmName,
            DiskId disk,
            String target,
            TrackerId tracker,
            @Nullable String token,
            @Nullable Instant validSince,
            @Nullable Long granularityBytes,
            @Nullable Long dirtyBytes,
            @Nullable Reason reason,
            @Nullable String detail,
            Instant askedAt,
            Instant answeredAt) {}

    @PreDestroy
    void stop() {
        stopping.countDown();
    }

    @GET
    @Operation(
            summary = "Asks the VM's host for a disk's epoch now",
            description = "vm: id or name; disk: target or id; tracker: default if it is left out. A token was valid "
                    + "between question and answer, and dirtyBytes is what was written since. Without a token, reason "
                    + "says why the next backup is full; host-unreachable and not-observed say that nobody could tell.")
    public View now(
            @QueryParam("vm") @Nullable String vm,
            @QueryParam("disk") @Nullable String disk,
            @QueryParam("tracker") @Nullable String tracker) {
        QueryEpoch wish = wish(
                Given.required("vm", vm, text -> text),
                Given.required("disk", disk, text -> text),
                Given.optional("tracker", tracker, TrackerId::new));
        return switch (questions.ask(wish)) {
            case Outcome.Taken(EpochQuery query) -> view(answered(query));
            case Outcome.Refused(Refusal.NoSuch noSuch) when noSuch.kind().equals("VM") -> throw naming(noSuch);
            case Outcome.Refused(Refusal refusal) -> throw refusal;
        };
    }

    private QueryEpoch wish(String vm, String disk, @Nullable TrackerId tracker) {
        Optional<VmId> id = vmId(vm).filter(known -> hosts.vm(known).isPresent());
        return new QueryEpoch(id.orElse(null), id.isPresent() ? null : vm, disk, tracker);
    }

    private static Optional<VmId> vmId(String text) {
        try {
            return Optional.of(VmId.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name
        }
    }

    private Refusal naming(Refusal.NoSuch noSuch) {
        String there = hosts.vms().stream()
                .filter(Vm::present)
                .map(Vm::name)
                .limit(NAMES_MAX)
                .collect(Collectors.joining(", "));
        return new Refusal.NoSuch("VM", noSuch.id() + "; the first of those that there are: [" + there + "]");
    }

    private EpochQuery answered(EpochQuery taken) {
        long looks = supplies.limit().plus(GRACE).toMillis() / LOOK_EVERY_MILLIS;
        EpochQuery query = taken;
        for (long look = 0; look < looks && query.answered().isEmpty(); look++) {
            pause(query.id());
            query = questions.byId(taken.id()).orElse(taken);
        }
        if (query.answered().isEmpty()) {
            Duration waited = supplies.limit().plus(GRACE);
            throw new Refusal.Unavailable(
                    "question " + query.id(), "an answer within " + waited, "none", new TimeoutException());
        }
        return query;
    }

    private void pause(QueryId query) {
        try {
            if (stopping.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new Refusal.Unavailable(
                        "question " + query, "an answer", "that the orchestrator stops", new TimeoutException());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal.Unavailable("question " + query, "an answer", "an interrupt", e);
        }
    }

    private View view(EpochQuery query) {
        EpochBook.Key subject = query.subject();
        String vmName = hosts.vm(subject.vm()).map(Vm::name).orElse("");
        String target = hosts.disks(subject.vm()).stream()
                .filter(disk -> disk.id().equals(subject.disk()))
                .map(Disk::target)
                .findFirst()
                .orElse("");
        Answered answered = query.answered().orElseThrow();
        EpochAnswer.Valid valid = answered.answer() instanceof EpochAnswer.Valid some ? some : null;
        EpochAnswer.None none = answered.answer() instanceof EpochAnswer.None some ? some : null;
        return new View(
                subject.vm(),
                vmName,
                subject.disk(),
                target,
                subject.tracker(),
                valid == null ? null : valid.token(),
                valid == null ? null : valid.validSince(),
                valid == null ? null : valid.granularityBytes(),
                valid == null ? null : valid.dirtyBytes(),
                none == null ? null : none.reason(),
                none == null ? null : none.detail(),
                query.askedAt(),
                answered.at());
    }
}
