package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Table;
import io.tidemark.agent.repository.StorageTrial;
import io.tidemark.agent.repository.StorageTrial.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Tries a place for a repository.
@Command(
        name = "check-storage",
        description = "Tries on a folder what a repository asks of it, whether there is one already or not.")
final class CheckStorageCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    CheckStorageCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(String folder, boolean passed, List<Guarantee> guarantees) {}

    private record Guarantee(String name, boolean passed, String detail) {}

    @Override
    public Integer call() {
        List<Finding> findings =
                StorageTrial.of(options.storage(), options.surroundings().random());
        boolean isPassed = findings.stream().allMatch(Finding::isPassed);
        Table table = new Table("", "GUARANTEE", "DETAIL");
        findings.forEach(each -> table.row(each.isPassed() ? "ok" : "BROKEN", each.name(), each.detail()));
        List<String> lines = new ArrayList<>(table.lines());
        lines.add(
                isPassed
                        ? "All that one process can see is as a repository needs it. A power loss and a second host are"
                                + " not in it."
                        : "Do not keep a repository here.");
        List<Guarantee> guarantees = findings.stream()
                .map(each -> new Guarantee(each.name(), each.isPassed(), each.detail()))
                .toList();
        options.answer(new Answer(options.folder().toString(), isPassed, guarantees), lines);
        return isPassed ? RepoMain.DONE : RepoMain.FAILED;
    }
}
