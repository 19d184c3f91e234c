package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Opened;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotSubjects.Meant;
import io.tidemark.orchestrator.snapshot.SnapshotSubjects.Nobody;
import io.tidemark.orchestrator.snapshot.SnapshotTask.Times;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens what people and clients want done with snapshots, or refuses it. The VM is locked first, so that of two
/// who want the same name, or the same snapshot, one is refused.
@ApplicationScoped
public final class SnapshotOpening {
    private final Snapshots snapshots;
    private final SnapshotSubjects subjects;
    private final SnapshotService service;
    private final Places places;
    private final SnapshotSupplies supplies;

    SnapshotOpening(
            Snapshots snapshots,
            SnapshotSubjects subjects,
            SnapshotService service,
            Places places,
            SnapshotSupplies supplies) {
        this.snapshots = snapshots;
        this.subjects = subjects;
        this.service = service;
        this.places = places;
        this.supplies = supplies;
    }

    /// What is known of VMs beside their snapshots.
    @Singleton
    record Places(Hosts hosts, Catalog catalog) {}

    /// Checks the wish and opens the task that creates the snapshot.
    ///
    /// @param asker the client that gets a reply; null for a person
    public SnapshotOutcome create(SnapshotWish wish, @Nullable Asker asker) {
        Optional<Refused> unfit = SnapshotRules.words(wish);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        return supplies.transactions().call(() -> switch (subjects.find(wish)) {
            case Nobody(Refused why) -> why;
            case Meant meant -> isLocked(meant.vm()) ? create(wish, meant, asker) : forgotten(meant.vm());
        });
    }

    private SnapshotOutcome create(SnapshotWish wish, Meant meant, @Nullable Asker asker) {
        SnapshotId id = new SnapshotId(supplies.ids().get());
        SnapshotOrder order = new SnapshotOrder(
                Objects.requireNonNullElseGet(wish.name(), () -> SnapshotName.of(id)),
                wish.description(),
                wish.kind(),
                wish.mechanism(),
                meant.volumes(),
                wish.quiesce() && meant.vm() != null,
                wish.memory(),
                wish.policy());
        Optional<Refused> taken = SnapshotRules.name(order, others(meant));
        if (taken.isPresent()) {
            return taken.get();
        }
        Instant now = supplies.clock().instant();
        snapshots.add(new Snapshot(id, meant.vm(), meant.host(), order, SnapshotState.CREATING, null, now));
        return open(new Wanted(id, SnapshotAction.CREATE, false, asker, wish.deadline()));
    }

    private List<Snapshot> others(Meant meant) {
        return meant.vm() == null
                ? snapshots.withoutVmOn(Objects.requireNonNull(meant.host()))
                : snapshots.of(meant.vm());
    }

    /// Whether the VM is locked from now on; without one there is nothing to lock.
    private boolean isLocked(@Nullable VmId vm) {
        return vm == null || places.hosts().lock(vm);
    }

    private static Refused forgotten(@Nullable VmId vm) {
        return new Refused(FailureReason.NO_SUCH_VM, new Refusal.NoSuch("VM", String.valueOf(vm)));
    }

    /// Opens the task that puts the volumes back.
    ///
    /// @param vm the one that the snapshot must be of; null for any
    public SnapshotOutcome revert(SnapshotId id, boolean force, @Nullable VmId vm, @Nullable Asker asker) {
        return act(new Wanted(id, SnapshotAction.REVERT, force, asker, null), vm);
    }

    /// Opens the task that gives the snapshot up.
    ///
    /// @param vm the one that the snapshot must be of; null for any
    public SnapshotOutcome delete(SnapshotId id, @Nullable VmId vm, @Nullable Asker asker) {
        return act(new Wanted(id, SnapshotAction.DELETE, false, asker, null), vm);
    }

    private SnapshotOutcome act(Wanted wanted, @Nullable VmId vm) {
        return supplies.transactions().call(() -> {
            Optional<Snapshots.Place> place = snapshots.place(wanted.snapshot());
            if (place.isEmpty() || (vm != null && !vm.equals(place.get().vm()))) {
                return noSuch(wanted.snapshot());
            }
            if (!isLocked(place.get().vm())) {
                return forgotten(place.get().vm());
            }
            Snapshot snapshot = snapshots.lock(wanted.snapshot()).orElseThrow();
            Optional<Refused> refused = SnapshotRules.state(snapshot).or(() -> newerPoint(wanted, snapshot));
            return refused.isPresent() ? refused.get() : act(wanted, snapshot);
        });
    }

    private SnapshotOutcome act(Wanted wanted, Snapshot snapshot) {
        boolean isRevert = wanted.action() == SnapshotAction.REVERT;
        snapshots.update(snapshot.in(isRevert ? SnapshotState.REVERTING : SnapshotState.DELETING));
        return open(wanted);
    }

    private Optional<Refused> newerPoint(Wanted wanted, Snapshot snapshot) {
        if (wanted.action() != SnapshotAction.REVERT || wanted.force() || snapshot.vm() == null) {
            return Optional.empty();
        }
        return SnapshotRules.newerPoint(snapshot, places.catalog().points(snapshot.vm()));
    }

    private static Refused noSuch(SnapshotId id) {
        return new Refused(FailureReason.NO_SUCH_SNAPSHOT, new Refusal.NoSuch("snapshot", id));
    }

    /// Something that is to be done, and is allowed.
    private record Wanted(
            SnapshotId snapshot,
            SnapshotAction action,
            boolean force,
            @Nullable Asker asker,
            @Nullable Duration deadline) {}

    private SnapshotOutcome open(Wanted wanted) {
        Instant now = supplies.clock().instant();
        Duration length = Objects.requireNonNullElse(wanted.deadline(), supplies.deadline());
        TaskId id = new TaskId(supplies.ids().get());
        SnapshotTask task = new SnapshotTask(
                id,
                wanted.snapshot(),
                wanted.action(),
                wanted.force(),
                wanted.asker(),
                null,
                new Waiting(supplies.incarnation().nextAttempt(), false),
                null,
                new Times(now, now.plus(length), null));
        snapshots.add(task);
        service.startIfReady(task);
        return new Opened(task);
    }
}
