package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent.SnapshotEnded;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.StatedMember;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is said about snapshots, to hosts, to clients and to everyone. Joins the caller's transaction.
@ApplicationScoped
final class SnapshotMessages {
    private final Outbox outbox;
    private final Hosts hosts;
    private final SnapshotSupplies supplies;

    SnapshotMessages(Outbox outbox, Hosts hosts, SnapshotSupplies supplies) {
        this.outbox = outbox;
        this.hosts = hosts;
        this.supplies = supplies;
    }

    /// Asks the task's host to do it.
    ///
    /// @param session the host's granted one; without it the agent would refuse the command
    void command(Snapshot snapshot, SnapshotTask task, @Nullable SessionId session) {
        send(
                snapshot,
                task,
                session,
                switch (task.action()) {
                    case CREATE -> create(snapshot, task);
                    case REVERT -> revert(snapshot, task);
                    case DELETE -> delete(snapshot, task);
                });
    }

    void cancel(Snapshot snapshot, SnapshotTask task, @Nullable SessionId session) {
        send(snapshot, task, session, new CancelTask(task.id()));
    }

    /// @param reason null if it succeeded
    void ended(Snapshot snapshot, SnapshotTask task, @Nullable FailureReason reason) {
        Taken taken = snapshot.taken();
        String key = key(snapshot);
        outbox.add(new OutgoingMessage(
                Topics.EVENTS,
                key,
                new SnapshotEnded(
                        task.id(),
                        snapshot.id(),
                        task.action(),
                        snapshot.vm(),
                        snapshot.order().name(),
                        reason == null,
                        reason,
                        taken == null ? null : taken.takenAt(),
                        stated(snapshot.members())),
                key,
                Provenance.NONE));
    }

    void reply(Asker asker, ClientReply reply) {
        outbox.add(new OutgoingMessage(
                Topics.clientReplies(asker.client()),
                asker.correlation(),
                reply,
                asker.correlation(),
                new Provenance(asker.correlation(), null, null, null)));
    }

    static List<StatedMember> stated(List<SnapshotMember> members) {
        return members.stream().map(StatedMember::of).toList();
    }

    private CreateSnapshot create(Snapshot snapshot, SnapshotTask task) {
        SnapshotOrder order = snapshot.order();
        return new CreateSnapshot(
                task.id(),
                snapshot.id(),
                snapshot.vm(),
                domain(snapshot),
                order.name(),
                order.description(),
                order.kind(),
                order.mechanism(),
                order.volumes(),
                order.quiesce(),
                order.memory(),
                supplies.freezeTimeout().toMillis(),
                leftMillis(task));
    }

    private RevertSnapshot revert(Snapshot snapshot, SnapshotTask task) {
        return new RevertSnapshot(
                task.id(),
                snapshot.id(),
                snapshot.vm(),
                domain(snapshot),
                snapshot.members(),
                hasMemory(snapshot),
                task.force(),
                leftMillis(task));
    }

    private DeleteSnapshot delete(Snapshot snapshot, SnapshotTask task) {
        return new DeleteSnapshot(
                task.id(),
                snapshot.id(),
                snapshot.vm(),
                domain(snapshot),
                snapshot.members(),
                hasMemory(snapshot),
                leftMillis(task));
    }

    private static boolean hasMemory(Snapshot snapshot) {
        return snapshot.taken() != null && snapshot.taken().memory();
    }

    private @Nullable DomainUuid domain(Snapshot snapshot) {
        return snapshot.vm() == null
                ? null
                : hosts.vm(snapshot.vm()).map(Vm::domain).orElseThrow();
    }

    private long leftMillis(SnapshotTask task) {
        Duration left =
                Duration.between(supplies.clock().instant(), task.times().deadlineAt());
        return Math.max(1, left.toMillis());
    }

    private void send(Snapshot snapshot, SnapshotTask task, @Nullable SessionId session, AgentCommand command) {
        String key = key(snapshot);
        String correlation = task.asker() == null ? null : task.asker().correlation();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(Objects.requireNonNull(task.host())),
                key,
                command,
                key,
                new Provenance(correlation, null, session, task.state().attempt())));
    }

    /// Of volumes that no VM has, the host's, which keeps their order.
    private static String key(Snapshot snapshot) {
        return snapshot.vm() != null
                ? snapshot.vm().toString()
                : Objects.requireNonNull(snapshot.host()).toString();
    }
}
