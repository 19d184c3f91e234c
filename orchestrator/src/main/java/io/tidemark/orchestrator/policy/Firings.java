package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.RunView;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a firing asks of hosts, runs and snapshots. Joins the caller's transaction.
@ApplicationScoped
final class Firings {
    private final Hosts hosts;
    private final Runs runs;
    private final RunView runView;
    private final PolicySnapshots snapshots;

    Firings(Hosts hosts, Runs runs, RunView runView, PolicySnapshots snapshots) {
        this.hosts = hosts;
        this.runs = runs;
        this.runView = runView;
        this.snapshots = snapshots;
    }

    /// What was asked for.
    ///
    /// @param run null if none was opened
    /// @param outcome the same in words
    record Fired(@Nullable RunId run, String outcome) {}

    /// The VMs that a selection means now; those that their hosts no longer name are left out.
    List<VmId> resolve(Selection selection) {
        return hosts.vms().stream()
                .filter(Vm::present)
                .filter(vm -> selection.matches(vm.id(), vm.name()))
                .map(Vm::id)
                .toList();
    }

    /// VMs whose backup or snapshot by this policy has not ended.
    Set<VmId> busy(Policy policy) {
        return switch (policy.terms().purpose()) {
            case Backups _ -> runView.busy(policy.id());
            case Snapshots _ -> snapshots.busy(policy.id());
        };
    }

    Fired open(Policy policy, List<VmId> vms) {
        return switch (policy.terms().purpose()) {
            case Backups backups -> run(policy.id(), policy.terms(), backups, vms);
            case Snapshots _ -> snapshots(policy, vms);
        };
    }

    private Fired run(PolicyId policy, Policy.Terms terms, Backups backups, List<VmId> vms) {
        RunRequest.Options options =
                new RunRequest.Options(backups.tracker(), terms.quiescing(), backups.level(), terms.deadline());
        RunId run = runs.open(new RunRequest(policy, vms, backups.repository(), options, null))
                .run();
        return new Fired(run, "opened a run for " + count(vms.size()));
    }

    private Fired snapshots(Policy policy, List<VmId> vms) {
        List<String> refused = new ArrayList<>();
        for (VmId vm : vms.stream().sorted(Comparator.comparing(VmId::toString)).toList()) { // locks in one order
            snapshots.take(policy, vm).ifPresent(why -> refused.add("VM " + vm + ": " + why));
        }
        String taken = "asked for snapshots of " + count(vms.size() - refused.size());
        return new Fired(null, refused.isEmpty() ? taken : taken + "; refused: " + String.join("; ", refused));
    }

    static String count(int vms) {
        return vms + (vms == 1 ? " VM" : " VMs");
    }
}
