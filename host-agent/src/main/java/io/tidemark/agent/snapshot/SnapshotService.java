package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.MovingImages;
import io.tidemark.agent.snapshot.SnapshotPlanner.Planned;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotReverted;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes snapshots of one volume or of many as one, goes back to them and gives them up. Of a snapshot that is
/// taken either every member is there at the end or none; a revert that was begun goes on to its end, after a
/// restart as well, and so does giving up. Safe for use by many threads, one a task.
public final class SnapshotService {
    private static final Logger LOG = Logger.getLogger(SnapshotService.class);

    private final SnapshotPorts ports;
    private final Mechanisms mechanisms;
    private final Volumes volumes;
    private final SnapshotPlanner planner;
    private final SnapshotRecords records;
    private final MovingImages moving;
    private final SnapshotReverts reverts;
    private final DomainTurns turns = new DomainTurns();
    /// Names of snapshots of a subvolume are taken by VMs whose commands know nothing of one another.
    private final ReentrantLock subvolumes = new ReentrantLock();

    /// @param folder of this agent alone, where what is under way is written down
    public SnapshotService(SnapshotPorts ports, Path folder) {
        this.ports = ports;
        this.mechanisms = new Mechanisms(ports);
        this.volumes = new Volumes(ports.hypervisor(), ports.pools());
        this.planner = new SnapshotPlanner(mechanisms, volumes);
        this.records = new SnapshotRecords(folder);
        this.moving = new MovingImages(ports.hypervisor(), ports.watches());
        this.reverts = new SnapshotReverts(ports, mechanisms, volumes, records);
    }

    /// Takes a snapshot, and reports exactly one of `SnapshotCreated` and `SnapshotFailed`. Never throws for
    /// outcomes. Once the members are taken a cancellation comes too late.
    ///
    /// @param cancelled gives the snapshot up when it completes in whatever way
    public void create(CreateSnapshot command, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        report.accept(attempted(
                () -> turns.inTurn(
                        command.domain(), () -> createdBefore(command).orElseGet(() -> created(command, cancelled))),
                failed -> new SnapshotFailed(
                        command.task(), command.snapshot(), command.vm(), Volumes.reason(failed), said(failed))));
    }

    /// A command may come again after the journal was lost: what it took then is the snapshot, and what it had
    /// only begun is given up first.
    private Optional<AgentEvent> createdBefore(CreateSnapshot command) {
        UUID key = command.snapshot().value();
        Optional<SnapshotRecord> known = records.kept(key);
        if (known.isPresent() && known.get().taken().isEmpty()) {
            release(command, known.get());
            drop(known.get());
            records.forget(key);
            return Optional.empty();
        }
        return known.map(taken -> createdEvent(command, taken.members(), figures(taken)));
    }

    /// What agent and guard have left frozen or paused, if both died at once.
    private void release(CreateSnapshot command, SnapshotRecord record) {
        DomainView domain = domain(command.domain());
        if (domain == null || !record.wasRunning()) {
            return;
        }
        try {
            if (domain.state() == VmState.PAUSED) {
                ports.hypervisor().resume(domain.uuid());
            }
            if (command.quiesce()) {
                ports.hypervisor().thaw(domain.uuid());
            }
        } catch (HypervisorException nothingToRelease) {
            LOG.debugf("domain %s is left as it is: %s", domain.uuid(), nothingToRelease.getMessage());
        }
    }

    private AgentEvent created(CreateSnapshot command, CompletionStage<?> cancelled) {
        DomainView domain = domain(command.domain());
        requireNoJob(domain);
        List<Planned> planned = planner.plan(command, domain);
        requireWanted(command, cancelled);
        if (planned.stream().noneMatch(each -> each.member().mechanism() == SnapshotMechanism.BTRFS)) {
            return created(command, domain, planned, cancelled);
        }
        subvolumes.lock();
        try {
            return created(command, domain, planner.plan(command, domain), cancelled);
        } finally {
            subvolumes.unlock();
        }
    }

    private AgentEvent created(
            CreateSnapshot command, @Nullable DomainView domain, List<Planned> planned, CompletionStage<?> cancelled) {
        long begunNanos = ports.nanos().getAsLong();
        SnapshotRecord record = new SnapshotRecord(
                SnapshotAction.CREATE,
                command.domain(),
                command.name(),
                command.memory(),
                planned.stream().map(Planned::member).toList(),
                domain != null && domain.state() == VmState.RUNNING,
                null);
        records.keep(command.snapshot().value(), record);
        List<SnapshotMember> begun = new ArrayList<>();
        try {
            SnapshotRecord.Figures figures =
                    moved(domain, record.members(), () -> take(command, domain, planned, begun));
            requireWanted(command, cancelled);
            SnapshotRecord taken = record.with(
                    figures.lasting(TimeUnit.NANOSECONDS.toMillis(ports.nanos().getAsLong() - begunNanos)));
            records.keep(command.snapshot().value(), taken);
            return createdEvent(command, taken.members(), figures(taken));
        } catch (RuntimeException failed) {
            throw rolledBack(command, record.of(begun), failed);
        }
    }

    /// A copy is made before the others: if the domain was started or an image changed meanwhile, it is no
    /// moment.
    private SnapshotRecord.Figures take(
            CreateSnapshot command, @Nullable DomainView domain, List<Planned> planned, List<SnapshotMember> begun) {
        List<Planned> others = new ArrayList<>();
        Optional<String> stamp = Optional.empty();
        for (Planned each : planned) {
            if (domain == null || each.member().mechanism() != SnapshotMechanism.FULL_COPY) {
                others.add(each);
            } else {
                stamp = stamp.or(() -> Optional.of(ports.hypervisor().restStamp(domain.uuid())));
                begun.add(each.member());
                mechanisms.ofStorage(SnapshotMechanism.FULL_COPY).take(each.volume(), each.member());
            }
        }
        if (domain != null
                && stamp.isPresent()
                && !stamp.get().equals(ports.hypervisor().restStamp(domain.uuid()))) {
            throw new SnapshotException(
                    FailureReason.VOLUME_IN_USE,
                    "domain " + domain.name() + ": expected its images at rest while they were copied, found that"
                            + " one was changed");
        }
        try (SnapshotMoment moment = new SnapshotMoment(ports, mechanisms, command, domain, begun)) {
            return moment.take(others);
        }
    }

    /// What was begun is given up again, and nothing else. Where that fails, the record of it stays for [#sweep].
    private RuntimeException rolledBack(CreateSnapshot command, SnapshotRecord record, RuntimeException failed) {
        try {
            drop(record);
            records.forget(command.snapshot().value());
            return failed;
        } catch (RuntimeException left) {
            records.keep(command.snapshot().value(), record);
            LOG.errorf(left, "snapshot %s: what was taken of it is not given up yet", command.snapshot());
            return new SnapshotException(
                    Volumes.reason(failed),
                    said(failed) + "; what was taken of it is not given up yet: " + said(left),
                    failed);
        }
    }

    private static void requireWanted(CreateSnapshot command, CompletionStage<?> cancelled) {
        if (cancelled.toCompletableFuture().isDone()) {
            throw new SnapshotException(
                    FailureReason.CANCELLED, "snapshot " + command.name() + ": given up before it was whole");
        }
    }

    private static AgentEvent createdEvent(
            CreateSnapshot command, List<SnapshotMember> members, SnapshotRecord.Figures figures) {
        return new SnapshotCreated(
                command.task(),
                command.snapshot(),
                command.vm(),
                figures.takenAt(),
                figures.consistency(),
                command.memory(),
                figures.freezeMillis(),
                figures.pauseMillis(),
                figures.skewMicros(),
                figures.durationMillis(),
                members);
    }

    private static SnapshotRecord.Figures figures(SnapshotRecord record) {
        return record.taken()
                .orElseThrow(() -> new IllegalStateException("record: expected the figures of a moment, found none"));
    }

    /// Ends a snapshot that an earlier process of this agent began: reports it if every member was taken, else
    /// gives up what was. May be called twice.
    public void settle(CreateSnapshot command, Consumer<AgentEvent> report) {
        report.accept(turns.inTurn(command.domain(), () -> createdBefore(command))
                .orElseGet(() -> new SnapshotFailed(
                        command.task(),
                        command.snapshot(),
                        command.vm(),
                        FailureReason.AGENT_RESTARTED,
                        "snapshot " + command.name() + ": expected the agent to live until it is whole, found a"
                                + " restart; nothing of it is left")));
    }

    /// Goes back to a snapshot, and reports exactly one of `SnapshotReverted` and `SnapshotFailed`.
    public void revert(RevertSnapshot command, Consumer<AgentEvent> report) {
        report.accept(attempted(
                () -> reverted(command),
                failed -> new SnapshotFailed(
                        command.task(), command.snapshot(), command.vm(), Volumes.reason(failed), said(failed))));
        records.forget(command.task().value());
    }

    /// Goes on with a revert that was begun, and reports how it ended; of one that was not nothing has been
    /// changed. An exception means that the hypervisor cannot end it yet.
    public void settle(RevertSnapshot command, Consumer<AgentEvent> report) {
        report.accept(records.kept(command.task().value()).isPresent() ? settled(command) : neverBegun(command));
        records.forget(command.task().value());
    }

    private AgentEvent settled(RevertSnapshot command) {
        try {
            return reverted(command);
        } catch (SnapshotException refused) {
            return new SnapshotFailed(
                    command.task(), command.snapshot(), command.vm(), refused.reason(), said(refused));
        }
    }

    private static AgentEvent neverBegun(RevertSnapshot command) {
        return new SnapshotFailed(
                command.task(),
                command.snapshot(),
                command.vm(),
                FailureReason.AGENT_RESTARTED,
                "snapshot " + command.snapshot() + ": expected the agent to live until it is reverted to, found a"
                        + " restart before anything was done");
    }

    private AgentEvent reverted(RevertSnapshot command) {
        long begunNanos = ports.nanos().getAsLong();
        return turns.inTurn(command.domain(), () -> {
            DomainView domain = domain(command.domain());
            requireNoJob(domain);
            reverts.revert(command, domain);
            return new SnapshotReverted(command.task(), command.snapshot(), command.vm(), sinceMillis(begunNanos));
        });
    }

    /// Gives a snapshot up, and reports exactly one of `SnapshotDeleted` and `SnapshotFailed`. What is gone
    /// already counts as given up, so it may be called twice, and after a restart.
    public void delete(DeleteSnapshot command, Consumer<AgentEvent> report) {
        report.accept(attempted(
                () -> turns.inTurn(command.domain(), () -> deleted(command)),
                failed -> new SnapshotFailed(
                        command.task(), command.snapshot(), command.vm(), Volumes.reason(failed), said(failed))));
    }

    private AgentEvent deleted(DeleteSnapshot command) {
        long begunNanos = ports.nanos().getAsLong();
        requireNoJob(domain(command.domain()));
        requireHere(command);
        if (!command.members().isEmpty()) {
            drop(command.domain(), name(command.members()), command.members(), command.memory());
        }
        records.forget(command.snapshot().value());
        return new SnapshotDeleted(command.task(), command.snapshot(), command.vm(), sinceMillis(begunNanos));
    }

    /// Where a VM has come from another host without its storage, what is not found is not given up.
    private void requireHere(DeleteSnapshot command) {
        if (records.kept(command.snapshot().value()).isPresent()) {
            return;
        }
        for (SnapshotMember member : command.members()) {
            if (Files.notExists(Path.of(member.volume()))) {
                throw new SnapshotException(
                        FailureReason.NO_SUCH_VOLUME,
                        "snapshot " + command.snapshot() + ": expected the volume " + member.volume()
                                + " on this host, which did not take it, found none");
            }
        }
    }

    private void drop(SnapshotRecord record) {
        drop(record.domain(), record.name(), record.members(), record.memory());
    }

    private void drop(@Nullable DomainUuid uuid, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        DomainView domain = domain(uuid);
        moved(domain, members, () -> dropAll(domain, name, members, memory));
    }

    private List<SnapshotMember> dropAll(
            @Nullable DomainView domain, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        List<SnapshotMember> ofDomain = new ArrayList<>();
        for (SnapshotMember member : members) {
            if (memory || mechanisms.isOfDomain(domain, member.mechanism())) {
                ofDomain.add(member);
            } else {
                mechanisms.ofStorage(member.mechanism()).delete(volumes.of(domain, member), member);
            }
        }
        if (domain != null && !ofDomain.isEmpty()) {
            ports.domains().delete(domain.uuid(), name, ofDomain, memory);
        }
        return members;
    }

    /// Overlays of ours have the bitmaps of the images below, and give them back when they are merged. Of a
    /// domain that is off other snapshots change images as well, and nothing that the guest would see.
    private <T> T moved(@Nullable DomainView domain, List<SnapshotMember> members, Supplier<T> moves) {
        boolean isOff = domain != null && domain.state() == VmState.OFF;
        Set<String> changed = members.stream()
                .filter(member -> isOff || member.mechanism() == SnapshotMechanism.QCOW2_OVERLAY)
                .flatMap(member -> Optional.ofNullable(member.target()).stream())
                .collect(Collectors.toSet());
        return domain == null ? moves.get() : moving.over(domain, changed, moves);
    }

    /// Gives up what is left of snapshots that failed and could not be given up then. What is under way is left
    /// alone. Never throws.
    public void sweep() {
        for (UUID key : records.all()) {
            try {
                records.kept(key)
                        .filter(SnapshotService::isLeft)
                        .ifPresent(left -> turns.ifFree(left.domain(), () -> giveUp(key)));
            } catch (RuntimeException stays) {
                LOG.warnf("what is left of a snapshot is not given up yet: %s", said(stays));
            }
        }
    }

    /// If it is left still, now that it is its turn.
    private void giveUp(UUID key) {
        records.kept(key).filter(SnapshotService::isLeft).ifPresent(left -> {
            requireNoJob(domain(left.domain()));
            drop(left);
            records.forget(key);
            LOG.infof("what was left of snapshot %s, which failed, is given up", left.name());
        });
    }

    private static boolean isLeft(SnapshotRecord record) {
        return record.action() == SnapshotAction.CREATE && record.taken().isEmpty();
    }

    /// Looks which snapshots there are and could be. Never throws for outcomes.
    public AgentEvent list(ListSnapshots question) {
        SnapshotListing listing = new SnapshotListing(mechanisms, volumes);
        return attempted(
                () -> new SnapshotsListed(
                        question.query(), question.domain(), listing.of(question, domain(question.domain())), null),
                failed -> new SnapshotsListed(question.query(), question.domain(), List.of(), said(failed)));
    }

    private void requireNoJob(@Nullable DomainView domain) {
        if (domain != null
                && domain.state() != VmState.OFF
                && !(ports.hypervisor().runningJob(domain.uuid()) instanceof DomainJob.None)) {
            throw new SnapshotException(
                    FailureReason.DOMAIN_BUSY,
                    "domain " + domain.name() + ": expected no job, found that one runs, such as a backup");
        }
    }

    private @Nullable DomainView domain(@Nullable DomainUuid uuid) {
        return uuid == null ? null : ports.hypervisor().domain(uuid);
    }

    private static SnapshotName name(List<SnapshotMember> members) {
        return new SnapshotName(members.getFirst().storageName());
    }

    private long sinceMillis(long begunNanos) {
        return TimeUnit.NANOSECONDS.toMillis(ports.nanos().getAsLong() - begunNanos);
    }

    private static AgentEvent attempted(Supplier<AgentEvent> act, Function<RuntimeException, AgentEvent> otherwise) {
        try {
            return act.get();
        } catch (RuntimeException failed) {
            if (Volumes.reason(failed) == FailureReason.INTERNAL) {
                LOG.warnf(failed, "a snapshot's task failed");
            }
            return otherwise.apply(failed);
        }
    }

    private static String said(RuntimeException failed) {
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }
}
