package io.tidemark.orchestrator.task.rest;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Backup tasks over REST.
@Path("/api/v1/tasks")
@Tag(name = "tasks", description = "One VM in one run: how far it has come, what it waits for, why it failed")
public final class TaskResource {
    private static final int LISTED_MAX = 200;

    private final Tasks tasks;
    private final Transactions transactions;

    TaskResource(Tasks tasks, Transactions transactions) {
        this.tasks = tasks;
        this.transactions = transactions;
    }

    @GET
    @Operation(summary = "Lists the newest 200 tasks, newest first", description = "run: only those of this run.")
    public List<TaskView> recent(@QueryParam("run") @Nullable String run) {
        RunId of = Given.optional("run", run, RunId::of);
        List<Task> found = transactions.call(() -> of == null ? tasks.recent(LISTED_MAX) : tasks.ofRun(of));
        return found.stream().map(TaskView::of).toList();
    }

    @GET
    @Path("waiting")
    @Operation(summary = "Lists the tasks that wait for admission, oldest first, each with what it waits for")
    public List<TaskView> waiting() {
        return transactions.call(tasks::waiting).stream().map(TaskView::of).toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one task")
    public TaskView one(@PathParam("id") String id) {
        return TaskView.of(require(id(id)));
    }

    @POST
    @Path("{id}/cancel")
    @ResponseStatus(202)
    @Operation(summary = "Asks a task to stop", description = "A commit that is already on its way still wins.")
    public TaskView cancel(@PathParam("id") String id) {
        TaskId task = id(id);
        require(task);
        if (!transactions.call(() -> tasks.cancel(task))) {
            throw new Refusal.Conflict("task " + task, "one that has not ended", "one that has");
        }
        return one(id);
    }

    private Task require(TaskId id) {
        return transactions.call(() -> tasks.task(id)).orElseThrow(() -> new Refusal.NoSuch("task", id));
    }

    private static TaskId id(String text) {
        return Given.required("id", text, TaskId::of);
    }
}
