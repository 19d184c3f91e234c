package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// Fires policies that are due. The unit of work is one firing: the run, its tasks and the policy's next time are
/// one transaction, so a policy fires once however often this is tried, and replicas share the work by row claims.
///
/// What was missed while nothing ran is one firing. A VM whose previous backup by the policy has not
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
        Set<VmId> busy = firings.busy(policy.id());
        List<VmId> free = vms.stream().filter(vm -> !busy.contains(vm)).toList();
        if (free.isEmpty()) {
            policies.store(due.fired(next, now, null, "skipped: the previous run has not ended"));
            LOG.warnf("policy %s is due, but its previous run has not ended: skipped", policy.name());
            return;
        }
        RunId run = firings.open(policy, free);
        String outcome = "opened a run for " + count(free.size())
                + (free.size() == vms.size()
                        ? ""
                        : "; left out " + count(vms.size() - free.size()) + ", as the previous backup has not ended");
        policies.store(due.fired(next, now, run, outcome));
    }

    private static String count(int vms) {
        return vms + (vms == 1 ? " VM" : " VMs");
    }
}
