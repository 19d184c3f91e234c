package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.policy.PolicyCheck.Checked;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads drafts by the rules, against what is registered.
@ApplicationScoped
final class PolicyReader {
    private final Timetable timetable;
    private final RepositoryDirectory repositories;

    PolicyReader(Timetable timetable, RepositoryDirectory repositories) {
        this.timetable = timetable;
        this.repositories = repositories;
    }

    /// Name and terms, or a refusal that tells every broken rule.
    Checked read(PolicyDraft draft) {
        return PolicyCheck.check(draft, timetable, repositories::isKnown);
    }

    /// When terms that take force at `now` are due first; null if never.
    @Nullable
    Instant firstDue(Policy.Terms terms, Instant now) {
        return terms.enabled() ? timetable.next(terms.schedule(), now, now) : null;
    }
}
