package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.FreshReports;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.Attempt;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Lets deletion go on after the catalog was restored or built anew: once somebody names what they have seen.
@ApplicationScoped
public final class DeletionHold {
    private static final Logger LOG = Logger.getLogger(DeletionHold.class);

    private final RetentionPreview preview;
    private final Incarnation incarnation;
    private final FreshReports reports;
    private final Transactions transactions;

    DeletionHold(RetentionPreview preview, Incarnation incarnation, FreshReports reports, Transactions transactions) {
        this.preview = preview;
        this.incarnation = incarnation;
        this.reports = reports;
        this.transactions = transactions;
    }

    public boolean isOn() {
        return incarnation.holdsDeletion();
    }

    /// What would be removed if deletion went on now.
    public DryRun look() {
        return transactions.call(() -> preview.before(incarnation.upcoming()));
    }

    /// Deletion goes on. Where it does not stand still, this changes nothing.
    ///
    /// @param seen the token of a dry run that is still true
    public void release(@Nullable String seen) {
        transactions.run(() -> {
            if (!incarnation.holdsDeletion()) {
                return;
            }
            String token = Given.required("seen", seen, text -> text);
            Attempt before = Given.required("seen", token, DeletionHold::before);
            Attempt upcoming = incarnation.upcoming();
            boolean isOfThisLife = before.incarnation() == upcoming.incarnation() && before.compareTo(upcoming) <= 0;
            if (!isOfThisLife || !preview.before(before).token().equals(token)) {
                throw new Refusal.Conflict(
                        "seen", "the token of the dry run as it is now, which is to be looked at", token);
            }
            incarnation.releaseDeletion();
            reports.ask(); // the checkpoints that they name are retired from now on
            LOG.warnf("catalog: deletion goes on, as somebody has seen dry run %s", token);
        });
    }

    private static Attempt before(String token) {
        int end = token.indexOf('-');
        if (end < 0) {
            throw new IllegalArgumentException("expected the token of a dry run, found \"" + token + "\"");
        }
        return Attempt.of(token.substring(0, end));
    }
}
