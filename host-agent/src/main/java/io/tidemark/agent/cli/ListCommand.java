package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.Table;
import io.tidemark.agent.export.PointView;
import io.tidemark.agent.export.PointView.DiskView;
import io.tidemark.agent.export.VmView;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.VmHistory;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists VMs, or the points of one. Its fields are what was typed.
@Command(name = "list", description = "Lists the VMs of a repository, or the restore points of one.")
final class ListCommand implements Callable<Integer> {
    private static final Set<String> LEVELS = Set.of(Reason.COPY.code(), Reason.DIFFERENTIAL.code());

    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--vm", paramLabel = "VM", description = "its id, the beginning of it, or its name")
    private @Nullable String vm;

    ListCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Vms(List<VmView> vms, List<String> damages) {}

    private record Points(VmView vm, List<PointView> points) {}

    @Override
    public Integer call() {
        Lookup lookup = new Lookup(options.repository());
        if (vm != null) {
            return points(lookup, lookup.vm(vm));
        }
        List<VmView> vms = lookup.histories().stream().map(VmView::of).toList();
        List<String> damages =
                lookup.damages().stream().map(DamagedException::getMessage).toList();
        Table table = new Table("NAME", "VM", "POINTS");
        vms.forEach(
                each -> table.row(each.name() == null ? "-" : each.name(), each.vm(), Integer.toString(each.points())));
        options.answer(new Vms(vms, damages), table.lines());
        damages.forEach(options.surroundings().output()::note);
        return damages.isEmpty() ? RepoMain.DONE : RepoMain.DAMAGED;
    }

    private int points(Lookup lookup, VmHistory history) {
        List<PointView> points = history.points().stream().map(PointView::of).toList();
        Table table = new Table("POINT", "TAKEN AT", "CONSISTENCY", "DISKS", "SIZE", "NEW", "STORED", "PARENT");
        for (PointView point : points) {
            table.row(
                    lookup.shortened(RestorePointId.of(point.point())),
                    point.takenAt(),
                    point.consistency(),
                    point.disks().stream().map(ListCommand::disk).collect(Collectors.joining(", ")),
                    Amounts.bytes(point.sizeBytes()),
                    Amounts.bytes(point.newBytes()),
                    Amounts.bytes(point.storedBytes()),
                    point.parent() == null ? "-" : lookup.shortened(RestorePointId.of(point.parent())));
        }
        options.answer(new Points(VmView.of(history), points), table.lines());
        return RepoMain.DONE;
    }

    /// A copy and a differential are known by their disks' reasons.
    private static String disk(DiskView disk) {
        boolean isLevel = LEVELS.contains(String.valueOf(disk.reason()));
        return disk.target() + " " + (isLevel ? disk.reason() : disk.level());
    }
}
