package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotSupplies;
import io.tidemark.orchestrator.snapshot.Snapshots;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Asks hosts which snapshots they have. A question is kept until its answer was fetched, or for some minutes.
@ApplicationScoped
public final class SnapshotQuestions {
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final SnapshotAnswers answers;
    private final Snapshots snapshots;
    private final Hosts hosts;
    private final Outbox outbox;
    private final SnapshotSupplies supplies;

    SnapshotQuestions(
            SnapshotAnswers answers, Snapshots snapshots, Hosts hosts, Outbox outbox, SnapshotSupplies supplies) {
        this.answers = answers;
        this.snapshots = snapshots;
        this.hosts = hosts;
        this.outbox = outbox;
        this.supplies = supplies;
    }

    /// What became of a question.
    public sealed interface Asking {
        /// The command is on its way.
        record Sent(QueryId query) implements Asking {}

        /// Nobody can be asked now.
        record Silent(String why) implements Asking {}
    }

    /// Asks the VM's host.
    public Asking ask(Vm vm) {
        HostId host = vm.host();
        if (host == null || !vm.present()) {
            return new Asking.Silent("VM " + vm.name() + ": expected a host that reports it, found none");
        }
        QueryId query = fresh();
        return ask(host, vm.id().toString(), new ListSnapshots(query, vm.domain(), null));
    }

    /// Asks for a volume that no VM has.
    public Asking ask(HostId host, String volume) {
        return ask(host, host.toString(), new ListSnapshots(fresh(), null, volume));
    }

    private QueryId fresh() {
        return new QueryId(supplies.ids().get());
    }

    private Asking ask(HostId id, String key, ListSnapshots question) {
        return supplies.transactions().call(() -> {
            Instant now = supplies.clock().instant();
            Optional<Host> host = hosts.byId(id).filter(each -> each.isGranted(now));
            if (host.isEmpty()) {
                return new Asking.Silent("host " + id + ": expected a granted session, found none");
            }
            answers.add(question.query(), id, now);
            outbox.add(new OutgoingMessage(
                    Topics.hostCommands(id),
                    key,
                    question,
                    key,
                    new Provenance(null, null, host.get().session(), null)));
            return new Asking.Sent(question.query());
        });
    }

    /// Empty as long as the host has not answered.
    public Optional<SnapshotsListed> answer(QueryId query) {
        return supplies.transactions().call(() -> answers.answer(query));
    }

    /// The question is over, answered or not.
    public void end(QueryId query) {
        supplies.transactions().run(() -> answers.remove(query));
    }

    /// What the host sees beside what is catalogued of the VM.
    public SnapshotListing listing(Vm vm, SnapshotsListed seen) {
        return SnapshotListing.of(seen.volumes(), supplies.transactions().call(() -> snapshots.of(vm.id())));
    }

    /// The same of volumes that no VM has.
    public SnapshotListing listing(HostId host, SnapshotsListed seen) {
        List<String> volumes =
                seen.volumes().stream().map(volume -> volume.volume()).toList();
        List<Snapshot> catalogued = supplies.transactions().call(() -> snapshots.withoutVmOn(host)).stream()
                .filter(snapshot ->
                        snapshot.order().volumes().stream().anyMatch(volume -> volumes.contains(volume.path())))
                .toList();
        return SnapshotListing.of(seen.volumes(), catalogued);
    }

    public Duration answerLimit() {
        return supplies.answerLimit();
    }

    /// Forgets what nobody has fetched.
    void forget() {
        Instant then = supplies.clock().instant().minus(KEPT);
        supplies.transactions().run(() -> answers.removeBefore(then));
    }
}
