package io.tidemark.orchestrator.run.rest;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.run.RunView;
import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskState;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Runs over REST.
@Path("/api/v1/runs")
@Tag(name = "runs", description = "One firing of a policy, or one backup that somebody asked for")
public final class RunResource {
    private static final int LISTED_MAX = 100;

    private final RunView runs;
    private final Transactions transactions;

    RunResource(RunView runs, Transactions transactions) {
        this.runs = runs;
        this.transactions = transactions;
    }

    /// A run and its tasks.
    public record View(
            RunId id,
            @Nullable PolicyId policy,
            @Nullable String correlation,
            Instant openedAt,
            @Nullable Instant endedAt,
            List<TaskLine> tasks) {
        static View of(RunView.Run run) {
            return new View(
                    run.id(),
                    run.policy(),
                    run.correlation(),
                    run.openedAt(),
                    run.endedAt(),
                    run.tasks().stream().map(TaskLine::of).toList());
        }
    }

    /// A task in its run; more of it is at `/api/v1/tasks/{id}`.
    public record TaskLine(
            TaskId id, VmId vm, String state, @Nullable String waitsFor) {
        static TaskLine of(Task task) {
            return new TaskLine(task.id(), task.vm(), name(task.state()), task.waitsFor());
        }

        private static String name(TaskState state) {
            return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
    }

    @GET
    @Operation(summary = "Lists the newest 100 runs with their tasks, newest first")
    public List<View> recent() {
        return transactions.call(() -> runs.recent(LISTED_MAX)).stream()
                .map(View::of)
                .toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one run with its tasks")
    public View one(@PathParam("id") String id) {
        RunId run = Given.required("id", id, RunId::of);
        return View.of(transactions.call(() -> runs.run(run)).orElseThrow(() -> new Refusal.NoSuch("run", run)));
    }
}
