package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.policy.Firings.Fired;
import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// Fires policies that are due. The unit of work is one firing: what is asked for and the policy's next time are
/// one transaction, so a policy fires once however often this is tried, and replicas share the work by row claims.
///
/// What was missed while nothing ran is one firing. A VM whose previous backup or snapshot by the policy has not
/// ended is left out, and the policy says so: a second task would only wait for the first.
@ApplicationScoped
final class PolicyScheduler {
    private static final Logger LOG = Logger.getLogger(PolicyScheduler.class);

    private final Policies policies;
    private final Timetable timetable;
    private final Firings firings;
    private final Transactions transactions;
    private final Clock clock;

    PolicyScheduler(Policies policies, Timetable timetable, Firings firings, Transactions transactions, Clock clock) {
        this.policies = policies;
        this.timetable = timetable;
        this.firings = firings;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// Fires every policy that is due now.
    void fireDue() {
        while (fireOne()) {
            LOG.debug("looking for the next one that is due");
        }
    }

    private boolean fireOne() {
        Optional<PolicyStatus> fired = transactions.call(() -> {
            Optional<PolicyStatus> due = policies.claimDue(clock.instant());
            due.ifPresent(this::fire);
            return due;
        });
        return fired.isPresent();
    }

    private void fire(PolicyStatus due) {
        Instant now = clock.instant();
        Policy policy = due.policy();
        Instant next = timetable.next(policy.terms().schedule(), due.nextDue() == null ? now : due.nextDue(), now);
        List<VmId> vms = firings.resolve(policy.terms().selection());
        if (vms.isEmpty()) {
            policies.store(due.fired(next, now, null, "no VM matches the selection"));
            LOG.warnf("policy %s is due, but no VM matches its selection", policy.name());
            return;
        }
        Set<VmId> busy = firings.busy(policy);
        List<VmId> free = vms.stream().filter(vm -> !busy.contains(vm)).toList();
        if (free.isEmpty()) {
            policies.store(due.fired(next, now, null, "skipped: " + unended(policy)));
            LOG.warnf("policy %s is due and skipped: %s", policy.name(), unended(policy));
            return;
        }
        Fired fired = firings.open(policy, free);
        String outcome = fired.outcome()
                + (free.size() == vms.size()
                        ? ""
                        : "; left out " + Firings.count(vms.size() - free.size()) + ", as " + unended(policy));
        policies.store(due.fired(next, now, fired.run(), outcome));
    }

    private static String unended(Policy policy) {
        return switch (policy.terms().purpose()) {
            case Backups _ -> "the previous backup has not ended";
            case Snapshots _ -> "the previous snapshot has not ended";
        };
    }
}
