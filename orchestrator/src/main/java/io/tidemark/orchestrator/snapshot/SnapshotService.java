package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Ignored;
import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Moved;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.EndEpochs;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.MoveSnapshot;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.PublishEnd;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCancel;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCommand;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.TellAsker;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.CancelAsked;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.HostReady;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.TimedOut;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Dispatched;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.DoneLate;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Failed;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Succeeded;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.orchestrator.snapshot.Snapshots.Named;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Loads a snapshot and its task, decides, stores, and hands out what the decision asks for. The unit of work is
/// one task: its row, its snapshot's, the epochs that it ends, and its messages. The VM is locked first.
@ApplicationScoped
public final class SnapshotService {
    private static final Logger LOG = Logger.getLogger(SnapshotService.class);

    private final Snapshots snapshots;
    private final SnapshotMessages messages;
    private final SnapshotEpochs epochs;
    private final Hosts hosts;
    private final SnapshotSupplies supplies;

    SnapshotService(
            Snapshots snapshots,
            SnapshotMessages messages,
            SnapshotEpochs epochs,
            Hosts hosts,
            SnapshotSupplies supplies) {
        this.snapshots = snapshots;
        this.messages = messages;
        this.epochs = epochs;
        this.hosts = hosts;
        this.supplies = supplies;
    }

    /// A snapshot with all that was or is done with it, oldest first.
    public record Story(Snapshot snapshot, List<SnapshotTask> tasks) {
        public Story {
            tasks = List.copyOf(tasks);
        }
    }

    public Story story(SnapshotId id) {
        return supplies.transactions()
                .call(() -> snapshots.byId(id).map(this::story))
                .orElseThrow(() -> new Refusal.NoSuch("snapshot", id));
    }

    /// The newest first, at most `limit`.
    ///
    /// @param vm only those of this VM; null for all
    /// @param ended whether those that are deleted or never were taken are among them
    public List<Story> recent(@Nullable VmId vm, boolean ended, int limit) {
        return supplies.transactions().call(() -> {
            List<Snapshot> found = vm == null
                    ? snapshots.recent(limit, ended)
                    : snapshots.of(vm).stream()
                            .filter(snapshot -> ended || snapshot.state().isKept())
                            .limit(limit)
                            .toList();
            return found.stream().map(this::story).toList();
        });
    }

    /// What is, or may be, on hosts of those that the policy wanted, the newest first.
    public List<Story> of(PolicyId policy) {
        return supplies.transactions()
                .call(() -> snapshots.of(policy).stream().map(this::story).toList());
    }

    private Story story(Snapshot snapshot) {
        return new Story(snapshot, snapshots.tasks(snapshot.id()));
    }

    /// Sends the task at once if its host can be given work. The VM and the snapshot are locked.
    void startIfReady(SnapshotTask task) {
        if (task.state() instanceof Waiting) {
            snapshots
                    .lock(task.snapshot())
                    .filter(snapshot -> ready(snapshot).isPresent())
                    .ifPresent(snapshot ->
                            apply(snapshot, task, new HostReady(task.state().attempt()), null));
        }
    }

    /// Sends those that waited for their host, and ends those that took too long; one that fails keeps none of the
    /// others from it.
    void turn() {
        for (Named open : supplies.transactions().call(snapshots::open)) {
            try {
                supplies.transactions().run(() -> lock(open).ifPresent(this::turn));
            } catch (RuntimeException e) {
                LOG.warnf(
                        e,
                        "task %s of snapshot %s: expected to look at it, is tried again",
                        open.task(),
                        open.snapshot());
            }
        }
    }

    /// Has what is being done with the snapshot end, if its host has not begun with it; a snapshot whose taking is
    /// under way is given up until its members are taken. False if nothing is being done.
    public boolean cancel(SnapshotId id) {
        return supplies.transactions().call(() -> {
            Snapshot snapshot = snapshots.byId(id).orElseThrow(() -> new Refusal.NoSuch("snapshot", id));
            Optional<Held> open = snapshots.tasks(id).stream()
                    .filter(task -> !task.state().isTerminal())
                    .findFirst()
                    .flatMap(task -> lock(new Named(task.id(), id, snapshot.vm())))
                    .filter(held -> !held.task().state().isTerminal());
            open.ifPresent(held -> apply(
                    held.snapshot(),
                    held.task(),
                    new CancelAsked(held.task().state().attempt()),
                    null));
            return open.isPresent();
        });
    }

    private void turn(Held held) {
        SnapshotTask task = held.task();
        if (task.state().isTerminal()) {
            return;
        }
        if (supplies.clock().instant().isAfter(task.times().deadlineAt())) {
            apply(held.snapshot(), task, new TimedOut(task.state().attempt()), late(held));
        } else {
            startIfReady(task);
        }
    }

    private String late(Held held) {
        String waits = waitsFor(held.snapshot(), held.task());
        String found = waits == null ? "no word of host " + held.task().host() : "that it " + waits;
        return held.task().action().code() + " of snapshot " + held.snapshot().id() + ": expected its end by "
                + held.task().times().deadlineAt() + ", found " + found;
    }

    /// A snapshot and one of its tasks, both locked, as is the VM.
    record Held(Snapshot snapshot, SnapshotTask task) {}

    /// Locks the VM, then the snapshot, and only then looks at the task. Joins the caller's transaction.
    Optional<Held> lock(Named named) {
        if (named.vm() != null && !hosts.lock(named.vm())) {
            LOG.infof("task %s: its VM %s is forgotten", named.task(), named.vm());
            return Optional.empty();
        }
        return snapshots
                .lock(named.snapshot())
                .flatMap(snapshot -> snapshots.task(named.task()).map(task -> new Held(snapshot, task)));
    }

    /// Applies an event; one that changes nothing is only logged. The VM and the snapshot are locked.
    ///
    /// @param detail what the host said beside it
    void apply(Snapshot snapshot, SnapshotTask task, SnapshotTaskEvent event, @Nullable String detail) {
        switch (SnapshotTaskDecider.decide(task.action(), task.state(), event)) {
            case Ignored(String reason) -> LOG.debugf("task %s: %s ignored, %s", task.id(), event, reason);
            case Moved(SnapshotTaskState next, List<SnapshotTaskEffect> effects) -> {
                SnapshotTask moved = task.in(next, supplies.clock().instant());
                HostId host = next instanceof Dispatched
                        ? ready(snapshot).map(Host::id).orElse(null)
                        : null;
                SnapshotTask sent = host == null ? moved : moved.at(host);
                boolean isOver = next instanceof Succeeded;
                SnapshotTask told = detail == null && !isOver ? sent : sent.withDetail(detail);
                snapshots.update(told);
                carryOut(effects, host == null ? snapshot : snapshot.at(host), told);
            }
        }
    }

    private void carryOut(List<SnapshotTaskEffect> effects, Snapshot snapshot, SnapshotTask task) {
        Snapshot moved = snapshot;
        for (SnapshotTaskEffect effect : effects) {
            switch (effect) {
                case SendCommand _ -> messages.command(moved, task, session(task));
                case SendCancel _ -> messages.cancel(moved, task, session(task));
                case MoveSnapshot(SnapshotState to) -> moved = moved.in(to);
                case EndEpochs _ -> epochs.end(moved);
                case PublishEnd _ -> publishEnd(moved, task);
                case TellAsker _ -> tellAsker(moved, task);
            }
        }
        snapshots.update(moved);
    }

    private void publishEnd(Snapshot snapshot, SnapshotTask task) {
        FailureReason reason = task.state() instanceof Failed failed ? failed.reason() : null;
        messages.ended(snapshot, task, reason);
        LOG.infof(
                "task %s, %s of snapshot %s, has ended: %s",
                task.id(), task.action().code(), snapshot.id(), task.state());
    }

    private void tellAsker(Snapshot snapshot, SnapshotTask task) {
        Asker asker = task.asker();
        if (asker != null) {
            SnapshotReply.of(snapshot, task).ifPresent(reply -> messages.reply(asker, reply));
        }
    }

    /// The host to which a command about the snapshot can be sent now: the VM's, or the one that was named.
    private Optional<Host> ready(Snapshot snapshot) {
        return host(snapshot)
                .flatMap(hosts::byId)
                .filter(host -> host.isGranted(supplies.clock().instant()));
    }

    private Optional<HostId> host(Snapshot snapshot) {
        return snapshot.vm() == null
                ? Optional.ofNullable(snapshot.host())
                : hosts.vm(snapshot.vm()).filter(Vm::present).map(Vm::host);
    }

    private @Nullable SessionId session(SnapshotTask task) {
        return Optional.ofNullable(task.host())
                .flatMap(hosts::byId)
                .filter(host -> host.isGranted(supplies.clock().instant()))
                .map(Host::session)
                .orElse(null);
    }

    /// What a task that waits waits for; null for any other.
    public @Nullable String waitsFor(Snapshot snapshot, SnapshotTask task) {
        return switch (task.state()) {
            case Waiting _ ->
                host(snapshot)
                        .map(host -> "waits for host " + host + " to connect")
                        .orElse("waits for a host to report VM " + snapshot.vm());
            case Dispatched _, Succeeded _, Failed _, DoneLate _ -> null;
        };
    }
}
