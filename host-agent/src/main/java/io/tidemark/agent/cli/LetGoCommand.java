package io.tidemark.agent.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Lets deletion go on. Its fields are what was typed.
@Command(name = "let-go", description = "Lets deletion go on, for somebody who has seen the dry run.")
final class LetGoCommand implements Callable<Integer> {
    @Mixin
    private final OrchestratorOptions orchestrator;

    @Parameters(paramLabel = "SEEN", description = "what the dry run said at its end")
    private String seen = "";

    private final Surroundings surroundings;

    LetGoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.orchestrator = new OrchestratorOptions(surroundings);
    }

    @Override
    public Integer call() {
        boolean goesOn = orchestrator.ask(each -> each.letGo(seen));
        surroundings.output().lines(List.of(goesOn ? "deletion goes on" : "deletion stands still again"));
        return RepoMain.DONE;
    }
}
