package io.tidemark.orchestrator.incarnation.db;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.OutboxReset;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import org.jboss.logging.Logger;

/// The row's lock makes every number unique; it is taken last, after the lock of a VM.
@ApplicationScoped
final class CatalogRow implements Incarnation {
    private static final Logger LOG = Logger.getLogger(CatalogRow.class);

    private final EntityManager entities;
    private final Transactions transactions;
    private final OutboxReset outbox;

    CatalogRow(EntityManager entities, Transactions transactions, OutboxReset outbox) {
        this.entities = entities;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    @Override
    public long current() {
        return transactions.call(() -> number("select incarnation from catalog_state"));
    }

    @Override
    public Attempt nextAttempt() {
        return transactions.call(() -> {
            Object[] row = (Object[]) entities.createNativeQuery("""
                            update catalog_state set next_sequence = next_sequence + 1
                            returning incarnation, next_sequence - 1""").getSingleResult();
            return new Attempt(((Number) row[0]).longValue(), ((Number) row[1]).longValue());
        });
    }

    @Override
    public Attempt upcoming() {
        return transactions.call(() -> upcoming("select incarnation, next_sequence from catalog_state"));
    }

    private Attempt upcoming(String select) {
        Object[] row = (Object[]) entities.createNativeQuery(select).getSingleResult();
        return new Attempt(((Number) row[0]).longValue(), ((Number) row[1]).longValue());
    }

    @Override
    public void started() {
        transactions.run(() ->
                entities.createNativeQuery("delete from incarnation_statement").executeUpdate());
    }

    @Override
    public boolean heard(RepositoryId repository, long outside) {
        return transactions.call(() -> {
            entities.createNativeQuery("""
                            insert into incarnation_statement (repository_id) values (:repository)
                            on conflict do nothing""")
                    .setParameter("repository", repository.value())
                    .executeUpdate();
            long ours = number("select incarnation from catalog_state for update");
            if (outside <= ours) {
                return false;
            }
            takeNext(outside);
            LOG.errorf(
                    "catalog incarnation: expected at most %d outside, found %d: this catalog was restored from an"
                            + " older copy; it takes %d, and deletion stands still until a person has looked",
                    ours, outside, outside + 1);
            return true;
        });
    }

    @Override
    public boolean exceed(Attempt exported) {
        return transactions.call(() -> {
            Attempt upcoming = upcoming("select incarnation, next_sequence from catalog_state for update");
            if (exported.compareTo(upcoming) < 0) {
                return false;
            }
            takeNext(exported.incarnation());
            LOG.warnf(
                    "catalog: an export names attempt %s and the next was %s; the catalog takes incarnation %d, and"
                            + " deletion stands still until a person has looked",
                    exported, upcoming, exported.incarnation() + 1);
            return true;
        });
    }

    /// What this catalog meant to send is of an earlier life.
    private void takeNext(long outside) {
        entities.createNativeQuery(
                        "update catalog_state set incarnation = :next, next_sequence = 1, holds_deletion = true")
                .setParameter("next", outside + 1)
                .executeUpdate();
        outbox.clear();
    }

    @Override
    public boolean isHeard(RepositoryId repository) {
        return transactions.call(() -> !entities.createNativeQuery(
                        "select 1 from incarnation_statement where repository_id = :repository")
                .setParameter("repository", repository.value())
                .getResultList()
                .isEmpty());
    }

    @Override
    public boolean holdsDeletion() {
        return transactions.call(() -> (Boolean) entities.createNativeQuery("select holds_deletion from catalog_state")
                .getSingleResult());
    }

    @Override
    public void holdDeletion() {
        transactions.run(() -> entities.createNativeQuery("update catalog_state set holds_deletion = true")
                .executeUpdate());
    }

    @Override
    public void releaseDeletion() {
        transactions.run(() -> {
            entities.createNativeQuery("update catalog_state set holds_deletion = false")
                    .executeUpdate();
            LOG.warn("catalog: a person has looked, deletion goes on");
        });
    }

    private long number(String select) {
        return ((Number) entities.createNativeQuery(select).getSingleResult()).longValue();
    }
}
