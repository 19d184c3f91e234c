package io.tidemark.orchestrator.rebuild;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of an export once all of it was read. Its fields change while it is read.
final class Survey {
    private final Map<DomainUuid, ExportedVm> newest = new HashMap<>();
    private @Nullable Attempt greatest;
    private int points;
    private int lacking;

    /// @param lackingPoints how many of its points the catalog does not list
    void see(ExportedVm read, int lackingPoints) {
        points += read.points().size();
        lacking += lackingPoints;
        ExportedVm vm = withoutPoints(read);
        Attempt attempt = vm.newestAttempt();
        if (attempt != null && (greatest == null || attempt.compareTo(greatest) > 0)) {
            greatest = attempt;
        }
        if (vm.domain() != null) {
            newest.merge(vm.domain(), vm, Survey::newer);
        }
    }

    private static ExportedVm withoutPoints(ExportedVm vm) {
        return new ExportedVm(vm.line(), vm.id(), vm.name(), vm.domain(), vm.newestAttempt(), List.of());
    }

    private static ExportedVm newer(ExportedVm one, ExportedVm other) {
        Attempt mine = one.newestAttempt();
        Attempt theirs = other.newestAttempt();
        return theirs != null && (mine == null || theirs.compareTo(mine) > 0) ? other : one;
    }

    /// The greatest attempt that any log names; null if none names any.
    @Nullable
    Attempt greatest() {
        return greatest;
    }

    int points() {
        return points;
    }

    boolean isLacking() {
        return lacking > 0;
    }

    /// False if a VM that was backed up later has the same domain.
    boolean isDomainItsOwn(ExportedVm vm) {
        DomainUuid domain = vm.domain();
        ExportedVm owner = domain == null ? null : newest.get(domain);
        return owner != null && owner.id().equals(vm.id());
    }
}
