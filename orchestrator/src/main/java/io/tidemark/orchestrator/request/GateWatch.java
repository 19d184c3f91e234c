package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.task.TaskListener;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// Answers requests as their tasks pass the gates that they wait for.
@ApplicationScoped
public final class GateWatch implements TaskListener {
    private final Requests requests;
    private final RequestService service;
    private final Clock clock;

    public GateWatch(Requests requests, RequestService service, Clock clock) {
        this.requests = requests;
        this.service = service;
        this.clock = clock;
    }

    @Override
    public void created(TaskId task, RestorePointId point) {
        requests.waitingFor(task).stream()
                .filter(asked -> asked.gate() == Gate.CREATED)
                .forEach(asked -> service.answer(asked, new Asked.Answer(clock.instant(), point, null, null)));
    }

    /// A point that is durable is also created: the start may have been reported late or not at all.
    @Override
    public void durable(TaskId task, RestorePointId point) {
        requests.waitingFor(task)
                .forEach(asked -> service.answer(asked, new Asked.Answer(clock.instant(), point, null, null)));
    }

    @Override
    public void failed(TaskId task, FailureReason reason, @Nullable String detail) {
        String told = detail == null ? "task " + task + " ended with " + reason.code() : detail;
        requests.waitingFor(task)
                .forEach(asked -> service.answer(asked, new Asked.Answer(clock.instant(), null, reason, told)));
    }
}
