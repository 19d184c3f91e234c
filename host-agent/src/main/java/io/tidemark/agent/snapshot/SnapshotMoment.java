package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.snapshot.SnapshotPlanner.Planned;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes all members of a snapshot at one moment: guard, freeze, pause where a member is not QEMU's own,
/// members, resume, thaw. What of it is under way `close` undoes; the members it leaves. One thread; fields
/// that are not final follow that life.
final class SnapshotMoment implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SnapshotMoment.class);
    /// Longer than any guest may stand still for members that are taken by sharing blocks.
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final SnapshotPorts ports;
    private final Mechanisms mechanisms;
    private final CreateSnapshot command;
    private final @Nullable DomainView domain;
    private final List<SnapshotMember> begun;
    private final boolean isRunning;
    private @Nullable GuardLink guard;
    private boolean mayBeFrozen;
    private boolean mayBePaused;
    private long actsBegunNanos;
    private long actsEndedNanos;
    private int acts;

    /// @param domain null for volumes that no VM has
    /// @param begun gets each member before it is taken
    SnapshotMoment(
            SnapshotPorts ports,
            Mechanisms mechanisms,
            CreateSnapshot command,
            @Nullable DomainView domain,
            List<SnapshotMember> begun) {
        this.ports = ports;
        this.mechanisms = mechanisms;
        this.command = command;
        this.domain = domain;
        this.begun = begun;
        this.isRunning = domain != null && domain.state() == VmState.RUNNING;
    }

    /// Returns when all members are taken and the guest runs on.
    SnapshotRecord.Figures take(List<Planned> members) {
        List<Planned> ofStorage = members.stream()
                .filter(each -> !mechanisms.isOfDomain(domain, each.member().mechanism()))
                .toList();
        List<SnapshotMember> ofDomain = members.stream()
                .map(Planned::member)
                .filter(member -> mechanisms.isOfDomain(domain, member.mechanism()))
                .toList();
        DomainView running = isRunning ? domain : null;
        if (running != null) {
            guard = ports.guards().start(running.uuid());
        }
        long frozenNanos = ports.nanos().getAsLong();
        int frozen = running != null && command.quiesce() && !command.memory() ? freeze(running) : 0;
        long pausedNanos = ports.nanos().getAsLong();
        if (running != null && (!ofStorage.isEmpty() || actsOf(ofDomain) > 1)) {
            pause(running);
        }
        watched(() -> takeAll(ofStorage, ofDomain));
        requireStillOff();
        Instant takenAt = ports.clock().instant();
        long pauseMillis = mayBePaused ? resume() - millis(pausedNanos) : 0;
        int thawed = frozen > 0 ? thaw() : 0;
        long freezeMillis = frozen > 0 ? now() - millis(frozenNanos) : 0;
        requireGuarded();
        return new SnapshotRecord.Figures(
                takenAt,
                frozen > 0 && thawed >= frozen ? Consistency.FILESYSTEM : Consistency.CRASH,
                freezeMillis,
                pauseMillis,
                acts > 1 ? TimeUnit.NANOSECONDS.toMicros(actsEndedNanos - actsBegunNanos) : 0,
                0);
    }

    /// A guest that was started meanwhile may have written between two members, or while one was taken.
    private void requireStillOff() {
        DomainView known = domain;
        if (known != null
                && known.state() == VmState.OFF
                && ports.hypervisor().domain(known.uuid()).state() != VmState.OFF) {
            throw new SnapshotException(
                    FailureReason.VOLUME_IN_USE,
                    "domain " + known.name() + ": expected it off until all members are taken, found it started");
        }
    }

    /// One of the hypervisor's acts takes one mechanism's members, but those by copy before write one by one.
    private static long actsOf(List<SnapshotMember> members) {
        long mechanisms =
                members.stream().map(SnapshotMember::mechanism).distinct().count();
        long copied = members.stream()
                .filter(member -> member.mechanism() == SnapshotMechanism.QEMU_COPY_BEFORE_WRITE)
                .count();
        return mechanisms + Math.max(copied - 1, 0);
    }

    /// A snapshot changes nothing of what the guest sees, so that what it writes to images at rest is no change.
    private void watched(Runnable takes) {
        DomainView known = domain;
        if (known == null || known.state() != VmState.OFF) {
            takes.run();
        } else if (!ports.watches().writeAtRest(known, takes)) {
            LOG.infof("domain %s: its images were changed by others before its snapshot", known.name());
        }
    }

    /// Those of the storage first: what the hypervisor takes, it takes whole or not at all.
    private void takeAll(List<Planned> ofStorage, List<SnapshotMember> ofDomain) {
        for (Planned each : ofStorage) {
            SnapshotMember member = each.member();
            begun.add(member);
            act(() -> mechanisms.ofStorage(member.mechanism()).take(each.volume(), member));
        }
        if (domain != null && !ofDomain.isEmpty()) {
            begun.addAll(ofDomain);
            act(() -> ports.domains().take(domain.uuid(), command.name(), ofDomain, command.memory()));
        }
    }

    private void act(Runnable take) {
        if (acts == 0) {
            actsBegunNanos = ports.nanos().getAsLong();
        }
        acts++;
        take.run();
        actsEndedNanos = ports.nanos().getAsLong();
        requireGuarded();
    }

    /// A guard that stepped in has let the guest run on, so that the members are of two moments.
    private void requireGuarded() {
        GuardLink known = guard;
        if (known != null && known.steppedIn().toCompletableFuture().isDone()) {
            throw new SnapshotException(
                    FailureReason.TIMED_OUT,
                    "snapshot " + command.name() + ": expected the guest to be held for less than "
                            + command.freezeTimeoutMillis() + " ms frozen and " + PAUSE_MAX.toMillis()
                            + " ms paused, found that its guard stepped in");
        }
    }

    private int freeze(DomainView running) {
        guard().frozen(Duration.ofMillis(command.freezeTimeoutMillis()));
        mayBeFrozen = true;
        DomainFreeze answer = ports.hypervisor().freeze(running.uuid(), List.of());
        if (answer instanceof DomainFreeze.Frozen(int fileSystems) && fileSystems > 0) {
            return fileSystems;
        }
        LOG.warnf("guest is not frozen, snapshot %s goes on: %s", command.name(), answer);
        if (answer instanceof DomainFreeze.Uncertain || answer instanceof DomainFreeze.Frozen) {
            thaw();
        }
        mayBeFrozen = false;
        return 0;
    }

    private int thaw() {
        int fileSystems = ports.hypervisor().thaw(required(domain).uuid());
        mayBeFrozen = false;
        return fileSystems;
    }

    private void pause(DomainView running) {
        if (ports.hypervisor().domain(running.uuid()).state() != VmState.RUNNING) {
            return; // by somebody else, who is to let it run on
        }
        guard().paused(PAUSE_MAX);
        mayBePaused = true;
        ports.domains().pause(running.uuid());
    }

    private long resume() {
        ports.hypervisor().resume(required(domain).uuid());
        mayBePaused = false;
        guard().resumed();
        return now();
    }

    private long now() {
        return millis(ports.nanos().getAsLong());
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private GuardLink guard() {
        return required(guard);
    }

    private static <T> T required(@Nullable T known) {
        if (known == null) {
            throw new IllegalStateException("snapshot of a guest: expected it and its guard, found none");
        }
        return known;
    }

    /// Lets the guest run on and thaws it. What cannot be done is left to the guard, which sees the pipe close.
    @Override
    public void close() {
        GuardLink known = guard;
        if (known == null) {
            return;
        }
        try {
            boolean isResumed = !mayBePaused || did("resume", this::resume);
            boolean isThawed = !mayBeFrozen || did("thaw", this::thaw);
            if (isResumed && isThawed) {
                known.done();
            }
        } finally {
            known.close();
        }
    }

    private boolean did(String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException failed) {
            LOG.warnf("%s of the guest of snapshot %s is left to its guard: %s", what, command.name(), failed);
            return false;
        }
    }
}
