package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.EpochClaim;
import io.tidemark.orchestrator.epoch.EpochJudge;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.epoch.Verdict;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.query.EpochQueryEvent.Observed;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// Hears what hosts saw as they were asked. The question is locked, then its VM, and only then the epoch is read:
/// whoever moves it holds that lock as well.
@ApplicationScoped
final class EpochObservations implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(EpochObservations.class);

    private final EpochQueries queries;
    private final EpochQuestions questions;
    private final EpochBook book;
    private final Hosts hosts;

    EpochObservations(EpochQueries queries, EpochQuestions questions, EpochBook book, Hosts hosts) {
        this.queries = queries;
        this.questions = questions;
        this.book = book;
        this.hosts = hosts;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(VmObserved.class);
    }

    @Override
    public void handle(Received<?> received) {
        HostId speaker = Topics.hostOfEvents(received.place().topic()).orElseThrow();
        VmObserved seen = (VmObserved) received.envelope().body();
        Optional<EpochQuery> asked = queries.lockSent(seen.query());
        if (asked.isEmpty()) {
            LOG.debugf("host %s answers question %s, which is not open", speaker, seen.query());
            return;
        }
        EpochQuery query = asked.get();
        if (!hosts.lock(query.subject().vm())) {
            LOG.infof(
                    "question %s: its VM %s is forgotten",
                    query.id(), query.subject().vm());
            return;
        }
        requireSame(query, seen);
        EpochFacts facts = questions.facts(query.subject());
        questions.happened(query, new Observed(seen.query(), speaker, facts, verdict(query.subject(), seen)));
    }

    private void requireSame(EpochQuery query, VmObserved seen) {
        DomainUuid domain = hosts.vm(query.subject().vm()).map(Vm::domain).orElseThrow();
        DomainUuid looked = seen.vm() == null ? seen.domain() : seen.vm().domain();
        if (!seen.domain().equals(domain) || !looked.equals(domain)) {
            throw new UnacceptableMessage(
                    "domain: expected " + domain + ", which question " + seen.query() + " is about, found " + looked);
        }
    }

    private Verdict verdict(EpochBook.Key subject, VmObserved seen) {
        VmReport report = seen.vm();
        if (report == null) {
            return new Unknown(Objects.requireNonNullElse(seen.detail(), "the host could not look at the VM"));
        }
        Optional<Numbered> live = book.find(subject).filter(row -> row.epoch().isLive());
        Optional<Disk> disk = hosts.disks(subject.vm()).stream()
                .filter(row -> row.id().equals(subject.disk()))
                .findFirst();
        if (live.isEmpty() || disk.isEmpty()) {
            return new Unknown("the disk has no epoch");
        }
        String target = disk.get().target();
        return isAnother(disk.get(), report)
                ? new Unknown("disk " + target + ": expected the serial "
                        + disk.get().serial() + ", found another; the next report tells which disk that is")
                : EpochJudge.judge(EpochClaim.of(live.get(), target), report);
    }

    /// Whether the target has another disk than the one that the last report named there.
    private static boolean isAnother(Disk known, VmReport report) {
        return Optional.ofNullable(known.serial())
                .filter(serial -> report.disks().stream()
                        .filter(disk -> disk.target().equals(known.target()))
                        .anyMatch(disk -> !serial.equals(disk.serial())))
                .isPresent();
    }
}
