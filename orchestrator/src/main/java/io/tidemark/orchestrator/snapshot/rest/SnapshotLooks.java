package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing;
import io.tidemark.orchestrator.snapshot.listing.SnapshotQuestions;
import io.tidemark.orchestrator.snapshot.listing.SnapshotQuestions.Asking;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Asks a host and waits for its answer, on the thread of the request and without a transaction.
@ApplicationScoped
final class SnapshotLooks {
    private static final long LOOK_EVERY_MILLIS = 50;

    private final SnapshotQuestions questions;
    private final CountDownLatch stopping = new CountDownLatch(1);

    SnapshotLooks(SnapshotQuestions questions) {
        this.questions = questions;
    }

    @PreDestroy
    void stop() {
        stopping.countDown();
    }

    ListingView look(Vm vm) {
        ListingView blank = new ListingView(vm.id(), vm.name(), vm.host(), false, null, List.of(), List.of());
        return look(blank, questions.ask(vm), seen -> questions.listing(vm, seen));
    }

    ListingView look(HostId host, String volume) {
        ListingView blank = new ListingView(null, null, host, false, null, List.of(), List.of());
        return look(blank, questions.ask(host, volume), seen -> questions.listing(host, seen));
    }

    private ListingView look(ListingView blank, Asking asking, Function<SnapshotsListed, SnapshotListing> listing) {
        return switch (asking) {
            case Asking.Silent(String why) -> blank.unseen(why);
            case Asking.Sent(QueryId query) -> {
                Optional<SnapshotsListed> answer = answer(query);
                if (answer.isEmpty()) {
                    yield blank.unseen("host " + blank.host() + ": expected its word within " + questions.answerLimit()
                            + ", found none");
                }
                SnapshotsListed seen = answer.get();
                yield seen.volumes().isEmpty() && seen.detail() != null
                        ? blank.unseen(seen.detail())
                        : blank.seen(listing.apply(seen), seen.detail());
            }
        };
    }

    private Optional<SnapshotsListed> answer(QueryId query) {
        try {
            long looks = questions.answerLimit().toMillis() / LOOK_EVERY_MILLIS;
            Optional<SnapshotsListed> answer = questions.answer(query);
            for (long look = 0; look < looks && answer.isEmpty(); look++) {
                pause(query);
                answer = questions.answer(query);
            }
            return answer;
        } finally {
            questions.end(query);
        }
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
}
