package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.Table;
import io.tidemark.agent.export.VmView;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Space;
import io.tidemark.agent.repository.Space.VmSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// What a repository takes.
@Command(
        name = "space",
        description = "Says what a repository takes, and for which VM. Reads what says where data lies.")
final class SpaceCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    SpaceCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(long chunkBytes, long nodeBytes, long logBytes, long unreachedBytes, List<VmAnswer> vms) {}

    private record VmAnswer(VmView vm, long logicalBytes, long reachedBytes, long onlyBytes) {}

    @Override
    public Integer call() {
        BlobRepository repository = options.repository();
        Map<String, VmView> vms = new Lookup(repository)
                .histories().stream().map(VmView::of).collect(Collectors.toMap(VmView::vm, Function.identity()));
        Space space = Space.of(repository);
        List<VmAnswer> answers = new ArrayList<>();
        Table table = new Table("NAME", "POINTS", "LOGICAL", "REACHED", "ONLY BY IT");
        for (VmSpace each : space.vms()) {
            VmView vm = vms.getOrDefault(
                    each.vm().toString(), new VmView("vm", each.vm().toString(), null, null, null, each.points()));
            answers.add(new VmAnswer(vm, each.logicalBytes(), each.reachedBytes(), each.onlyBytes()));
            table.row(
                    vm.title(),
                    Integer.toString(each.points()),
                    Amounts.bytes(each.logicalBytes()),
                    Amounts.bytes(each.reachedBytes()),
                    Amounts.bytes(each.onlyBytes()));
        }
        List<String> lines = new ArrayList<>(List.of(
                "packs of data   " + Amounts.exactly(space.chunkBytes()),
                "packs of nodes  " + Amounts.exactly(space.nodeBytes()),
                "logs            " + Amounts.exactly(space.logBytes()),
                "reached by no point: " + Amounts.exactly(space.unreachedBytes()) + " of the packs"));
        lines.addAll(table.lines());
        options.answer(
                new Answer(space.chunkBytes(), space.nodeBytes(), space.logBytes(), space.unreachedBytes(), answers),
                lines);
        return RepoMain.DONE;
    }
}
