package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent.RestoreEnded;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/// What is said about a restore, to its host and to everyone. Joins the caller's transaction.
@ApplicationScoped
final class RestoreMessages {
    private final Outbox outbox;

    RestoreMessages(Outbox outbox) {
        this.outbox = outbox;
    }

    /// @param session the host's granted session; without one the agent would refuse the command
    void start(Restore restore, @Nullable SessionId session) {
        RestoreOrder order = restore.order();
        command(
                restore,
                session,
                new StartRestore(
                        restore.id(), order.vm(), order.point(), order.repository(), order.disks(), order.newDomain()));
    }

    void cancel(Restore restore, @Nullable SessionId session) {
        command(restore, session, new CancelTask(restore.id()));
    }

    void ended(Restore restore, boolean hasSucceeded, @Nullable FailureReason reason) {
        RestoreOrder order = restore.order();
        outbox.add(new OutgoingMessage(
                Topics.EVENTS,
                order.vm().toString(),
                new RestoreEnded(restore.id(), order.vm(), order.point(), hasSucceeded, reason),
                order.vm().toString(),
                Provenance.NONE));
    }

    private void command(Restore restore, @Nullable SessionId session, AgentCommand command) {
        RestoreOrder order = restore.order();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(order.host()),
                order.vm().toString(),
                command,
                order.vm().toString(),
                new Provenance(null, null, session, restore.state().attempt())));
    }
}
