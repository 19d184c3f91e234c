package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.catalog.CatalogStore.CheckpointState;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.CheckpointsRetired;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Retires libvirt's checkpoints, by command only: when no live epoch and no task in flight names one, and a newer
/// point of its tracker that may begin epochs is catalogued or the tracker is idle; those of attempts that made no
/// point too. A lost command is made good by the host's next report.
@ApplicationScoped
final class CheckpointKeeper implements InventoryListener, MessageHandler {
    private final CatalogStore store;
    private final Epochs epochs;
    private final PointsInFlight inFlight;
    private final Superseded superseded;
    private final Commands commands;

    CheckpointKeeper(
            CatalogStore store, Epochs epochs, PointsInFlight inFlight, Superseded superseded, Commands commands) {
        this.store = store;
        this.epochs = epochs;
        this.inFlight = inFlight;
        this.superseded = superseded;
        this.commands = commands;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(CheckpointsRetired.class);
    }

    @Override
    public void handle(Received<?> received) {
        CheckpointsRetired retired = (CheckpointsRetired) received.envelope().body();
        Set<RestorePointId> known =
                new HashSet<>(store.checkpoints(retired.vm()).keySet());
        known.retainAll(retired.points());
        store.change(known, CheckpointState.RETIRED);
    }

    /// Points of the VM that a live epoch or a task in flight names.
    Set<RestorePointId> named(VmId vm) {
        Set<RestorePointId> named = new HashSet<>(inFlight.of(vm));
        for (Epoch epoch : epochs.of(vm)) {
            if (epoch.point() != null) {
                named.add(epoch.point());
            }
        }
        return named;
    }

    /// Whether no task in flight names a point of the VM.
    boolean isQuiet(VmId vm) {
        return inFlight.of(vm).isEmpty();
    }

    void retireUnneeded(VmId vm) {
        Set<RestorePointId> kept = store.checkpoints(vm).entrySet().stream()
                .filter(checkpoint -> checkpoint.getValue() == CheckpointState.KEPT)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        commands.vm(vm).ifPresent(found -> retire(found, kept));
    }

    @Override
    public void reported(Vm vm, VmReport report) {
        Map<RestorePointId, CheckpointState> known = store.checkpoints(vm.id());
        Set<RestorePointId> marked = report.checkpoints().stream()
                .flatMap(name -> pointOf(name).stream())
                .collect(Collectors.toSet());
        Set<RestorePointId> there = marked.stream().filter(known::containsKey).collect(Collectors.toSet());
        Set<RestorePointId> gone = known.entrySet().stream()
                .filter(checkpoint -> checkpoint.getValue() == CheckpointState.RETIRING)
                .map(Map.Entry::getKey)
                .filter(point -> !there.contains(point))
                .collect(Collectors.toSet());
        store.change(gone, CheckpointState.RETIRED);
        retire(vm, there);
        marked.removeAll(there);
        retireAbandoned(vm, marked);
    }

    /// An attempt that failed may have left its checkpoint, as its agent was restarted before it could delete it.
    /// Once a newer one is listed it cannot commit any more, and a commit that is heard of late begins no epoch.
    /// What no attempt of the catalog has made stays.
    private void retireAbandoned(Vm vm, Collection<RestorePointId> unlisted) {
        if (unlisted.isEmpty()) {
            return;
        }
        Set<RestorePointId> abandoned = abandoned(inFlight.attempted(vm.id(), unlisted), store.points(vm.id()));
        abandoned.removeAll(named(vm.id()));
        if (!abandoned.isEmpty()) {
            commands.retire(vm, List.copyOf(abandoned));
        }
    }

    /// Those of the attempts' points that are older than a listed one that may begin epochs: a copy and a
    /// differential say nothing of the checkpoint that the next increment builds on.
    static Set<RestorePointId> abandoned(Map<RestorePointId, Attempt> attempted, List<RestorePoint> listed) {
        List<Attempt> newer = listed.stream()
                .filter(RestorePoint::mayBeginEpochs)
                .flatMap(point -> Stream.ofNullable(point.attempt()))
                .toList();
        return attempted.entrySet().stream()
                .filter(made -> newer.stream().anyMatch(other -> other.compareTo(made.getValue()) > 0))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void retire(Vm vm, Collection<RestorePointId> candidates) {
        Set<RestorePointId> unneeded = new HashSet<>(candidates);
        unneeded.removeAll(named(vm.id()));
        if (!unneeded.isEmpty()) {
            unneeded.retainAll(superseded.of(vm.id()));
        }
        if (!unneeded.isEmpty() && commands.retire(vm, List.copyOf(unneeded))) {
            store.change(unneeded, CheckpointState.RETIRING);
        }
    }

    private static Optional<RestorePointId> pointOf(String checkpoint) {
        if (!checkpoint.startsWith(Epoch.CHECKPOINT_MARK)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RestorePointId.of(checkpoint.substring(Epoch.CHECKPOINT_MARK.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's name
        }
    }

    /// Sends the command to the VM's host, if it may be spoken to.
    @ApplicationScoped
    static final class Commands {
        private final Outbox outbox;
        private final Incarnation incarnation;
        private final Hosts hosts;

        Commands(Outbox outbox, Incarnation incarnation, Hosts hosts) {
            this.outbox = outbox;
            this.incarnation = incarnation;
            this.hosts = hosts;
        }

        Optional<Vm> vm(VmId vm) {
            return hosts.vm(vm);
        }

        /// False if nothing was sent: the host's next report asks again.
        boolean retire(Vm vm, List<RestorePointId> points) {
            SessionId session = vm.host() == null
                    ? null
                    : hosts.byId(vm.host()).map(Host::session).orElse(null);
            if (vm.host() == null || session == null || incarnation.holdsDeletion()) {
                return false;
            }
            String key = vm.id().toString();
            outbox.add(new OutgoingMessage(
                    Topics.hostCommands(vm.host()),
                    key,
                    new RetireCheckpoints(vm.id(), vm.domain(), points),
                    key,
                    new Provenance(null, null, session, null)));
            return true;
        }
    }
}
