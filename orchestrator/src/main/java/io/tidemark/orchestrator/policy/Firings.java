package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.RunView;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/// What a firing asks of hosts and runs. Joins the caller's transaction.
@ApplicationScoped
final class Firings {
    private final Hosts hosts;
    private final Runs runs;
    private final RunView runView;

    Firings(Hosts hosts, Runs runs, RunView runView) {
        this.hosts = hosts;
        this.runs = runs;
        this.runView = runView;
    }

    /// The VMs that a selection means now; those that their hosts no longer name are left out.
    List<VmId> resolve(Selection selection) {
        return hosts.vms().stream()
                .filter(Vm::present)
                .filter(vm -> selection.matches(vm.id(), vm.name()))
                .map(Vm::id)
                .toList();
    }

    /// VMs whose backup by this policy has not ended.
    Set<VmId> busy(PolicyId policy) {
        return runView.busy(policy);
    }

    RunId open(Policy policy, List<VmId> vms) {
        Policy.Terms terms = policy.terms();
        RunRequest.Options options =
                new RunRequest.Options(terms.tracker(), terms.quiescing(), terms.level(), terms.deadline());
        return runs.open(new RunRequest(policy.id(), vms, terms.repository(), options, null))
                .run();
    }
}
