package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.Table;
import io.tidemark.agent.export.PointView;
import io.tidemark.agent.export.PointView.DiskView;
import io.tidemark.agent.export.VmView;
import io.tidemark.agent.repository.VmHistory;
import io.tidemark.agent.repository.VmHistory.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows one point. Its fields are what was typed.
@Command(name = "show", description = "Shows all that a repository says of one restore point.")
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Parameters(paramLabel = "POINT", description = "its id, or the beginning of it")
    private String point = "";

    @Option(names = "--xml", description = "only the domain's definition, as it was")
    private boolean isXml;

    ShowCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(VmView vm, PointView point, String domainXml) {}

    private record Definition(String point, String domainXml) {}

    @Override
    public Integer call() {
        Lookup lookup = new Lookup(options.repository());
        Entry entry = lookup.point(point);
        VmHistory.requireSigned(lookup.repository(), entry.point().key());
        PointView view = PointView.of(entry);
        String xml = entry.point().description().domainXml();
        if (isXml) {
            options.answer(new Definition(view.point(), xml), List.of(xml));
        } else {
            VmView vm = lookup.vmOf(entry);
            options.answer(new Answer(vm, view, xml), lines(vm, view));
        }
        return RepoMain.DONE;
    }

    private static List<String> lines(VmView vm, PointView view) {
        List<String> lines = new ArrayList<>(List.of(
                "point          " + view.point(),
                "VM             " + view.vm() + (vm.name() == null ? "" : "  " + vm.name()),
                "taken at       " + view.takenAt(),
                "consistency    " + view.consistency(),
                "decoded        " + view.decoded(),
                "tracker        " + view.tracker(),
                "parent         " + (view.parent() == null ? "-" : view.parent()),
                "attempt        " + view.attempt(),
                "session        " + view.session(),
                "signed by      host " + view.host(),
                "commit record  " + view.commitRecord(),
                "size           " + Amounts.exactly(view.sizeBytes()),
                "new            " + Amounts.exactly(view.newBytes()),
                "stored         " + Amounts.exactly(view.storedBytes())));
        Table table = new Table(
                "DISK", "PART", "BUS", "FORMAT", "LEVEL", "REASON", "EPOCH", "SIZE", "NEW", "STORED", "ID", "ROOT");
        for (DiskView disk : view.disks()) {
            table.row(
                    disk.target(),
                    disk.part(),
                    orDash(disk.bus()),
                    orDash(disk.format()),
                    disk.level(),
                    orDash(disk.reason()),
                    disk.epochBegun() ? "begun" : "-",
                    Long.toString(disk.sizeBytes()),
                    Long.toString(disk.newBytes()),
                    Long.toString(disk.storedBytes()),
                    disk.disk(),
                    disk.root());
        }
        lines.addAll(table.lines());
        return List.copyOf(lines);
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
