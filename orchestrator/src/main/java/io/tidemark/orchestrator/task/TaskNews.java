package io.tidemark.orchestrator.task;

import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.List;
import org.jboss.logging.Logger;

/// Tells the listeners what a move means for them.
public final class TaskNews {
    private static final Logger LOG = Logger.getLogger(TaskNews.class);

    private final List<TaskListener> listeners;

    public TaskNews(List<TaskListener> listeners) {
        this.listeners = listeners;
    }

    /// Within the transaction of the move.
    void tell(TaskState before, Task after) {
        LOG.infof("task %s of VM %s: %s", after.id(), after.vm(), after.state());
        switch (after.state()) {
            case TaskState.Copying copying -> {
                if (before instanceof TaskState.Dispatched) {
                    listeners.forEach(listener -> listener.created(after.id(), copying.point()));
                }
            }
            case TaskState.Succeeded done -> listeners.forEach(listener -> listener.durable(after.id(), done.point()));
            case TaskState.Failed failed -> failed(after, failed.reason());
            case TaskState.Cancelled _ -> failed(after, FailureReason.CANCELLED);
            case TaskState.Queued _, TaskState.Dispatched _, TaskState.Cancelling _ ->
                LOG.debugf("task %s goes on", after.id());
        }
    }

    private void failed(Task task, FailureReason reason) {
        listeners.forEach(listener -> listener.failed(task.id(), reason, task.detail()));
    }
}
