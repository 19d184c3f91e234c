package io.tidemark.orchestrator.policy.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.policy.Policies;
import io.tidemark.orchestrator.policy.Policy;
import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.orchestrator.policy.Policy.Purpose;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.policy.PolicyStatus;
import io.tidemark.orchestrator.policy.Schedule;
import io.tidemark.orchestrator.policy.Selection;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.Session;

/// Policies as rows.
@ApplicationScoped
final class PolicyTable implements Policies {
    private static final String CLAIM = """
            select * from policy where enabled and next_due <= :now
            order by next_due limit 1 for update skip locked""";

    private final Rows rows;
    private final Session session;

    PolicyTable(Rows rows, Session session) {
        this.rows = rows;
        this.session = session;
    }

    @Override
    public List<PolicyStatus> all() {
        return rows.list("order by name").stream().map(PolicyTable::read).toList();
    }

    @Override
    public Optional<PolicyStatus> byId(PolicyId id) {
        return rows.findByIdOptional(id.value()).map(PolicyTable::read);
    }

    @Override
    public Optional<PolicyStatus> lock(PolicyId id) {
        PolicyEntity row = rows.findById(id.value());
        if (row != null) {
            session.refresh(row, LockModeType.PESSIMISTIC_WRITE);
        }
        return Optional.ofNullable(row).map(PolicyTable::read);
    }

    @Override
    public Optional<PolicyStatus> byName(String name) {
        return rows.find("name", name).firstResultOptional().map(PolicyTable::read);
    }

    @Override
    public Optional<PolicyStatus> claimDue(Instant now) {
        return session.createNativeQuery(CLAIM, PolicyEntity.class)
                .setParameter("now", now)
                .getResultStream()
                .map(PolicyTable::read)
                .findFirst();
    }

    @Override
    public boolean delete(PolicyId id) {
        return rows.deleteById(id.value());
    }

    @Override
    public void store(PolicyStatus status) {
        UUID id = status.policy().id().value();
        PolicyEntity known = rows.findById(id);
        PolicyEntity row = known == null ? new PolicyEntity() : known;
        row.id = id;
        row.name = status.policy().name();
        writeTerms(row, status.policy().terms());
        row.nextDue = status.nextDue();
        row.lastFired = status.lastFired();
        row.lastRun = status.lastRun() == null ? null : status.lastRun().value();
        row.lastOutcome = status.lastOutcome();
        if (known == null) {
            rows.persist(row);
        }
    }

    private static void writeTerms(PolicyEntity row, Policy.Terms terms) {
        row.scheduleCron = terms.schedule() instanceof Schedule.Cron cron ? cron.expression() : null;
        row.scheduleZone =
                terms.schedule() instanceof Schedule.Cron cron ? cron.zone().getId() : null;
        row.scheduleInterval =
                terms.schedule() instanceof Schedule.Interval(Duration period) ? period.toString() : null;
        row.selectionPattern = terms.selection() instanceof Selection.NamePattern(String glob) ? glob : null;
        row.selectionVms = terms.selection() instanceof Selection.Listed(Set<String> vms)
                ? vms.stream().sorted().collect(Collectors.joining("\n"))
                : null;
        writePurpose(row, terms.purpose());
        row.quiesce = terms.quiescing().asked();
        row.mountpoints = terms.quiescing().mountpoints();
        row.scripts = terms.quiescing().scripts() == null
                ? null
                : terms.quiescing().scripts().value();
        row.keepLast = terms.keepLast();
        row.deadlineSeconds = Math.max(1, terms.deadline().toSeconds());
        row.enabled = terms.enabled();
    }

    private static void writePurpose(PolicyEntity row, Purpose purpose) {
        switch (purpose) {
            case Backups(RepositoryId repository, TrackerId tracker, BackupLevel level) -> {
                row.takesSnapshots = false;
                row.repositoryId = repository.value();
                row.tracker = tracker.value();
                row.level = level;
            }
            case Snapshots(SnapshotKind kind, SnapshotMechanism mechanism, boolean memory) -> {
                row.takesSnapshots = true;
                row.repositoryId = null;
                row.snapshotKind = kind;
                row.snapshotMechanism = mechanism;
                row.snapshotMemory = memory;
            }
        }
    }

    private static Purpose purpose(PolicyEntity row) {
        return row.takesSnapshots
                ? new Snapshots(row.snapshotKind, row.snapshotMechanism, row.snapshotMemory)
                : new Backups(
                        new RepositoryId(Objects.requireNonNull(row.repositoryId)),
                        new TrackerId(row.tracker),
                        row.level);
    }

    private static PolicyStatus read(PolicyEntity row) {
        Policy.Terms terms = new Policy.Terms(
                schedule(row),
                row.selectionVms == null
                        ? new Selection.NamePattern(String.valueOf(row.selectionPattern))
                        : new Selection.Listed(row.selectionVms.lines().collect(Collectors.toSet())),
                purpose(row),
                new Quiescing(row.quiesce, row.mountpoints, row.scripts == null ? null : new ScriptSetId(row.scripts)),
                row.keepLast,
                Duration.ofSeconds(row.deadlineSeconds),
                row.enabled);
        return new PolicyStatus(
                new Policy(new PolicyId(row.id), row.name, terms),
                row.nextDue,
                row.lastFired,
                row.lastRun == null ? null : new RunId(row.lastRun),
                row.lastOutcome);
    }

    private static Schedule schedule(PolicyEntity row) {
        return row.scheduleInterval == null
                ? new Schedule.Cron(String.valueOf(row.scheduleCron), ZoneId.of(String.valueOf(row.scheduleZone)))
                : new Schedule.Interval(Duration.parse(row.scheduleInterval));
    }

    @ApplicationScoped
    static final class Rows implements PanacheRepositoryBase<PolicyEntity, UUID> {}
}
