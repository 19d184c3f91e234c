package io.tidemark.agent.cli;

import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.PointKey;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Ends a hold. Its fields are what was typed.
@Command(name = "release", description = "Ends a hold of a restore point; without HOLD it says which there are.")
final class ReleaseCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Parameters(index = "0", paramLabel = "POINT", description = "its id, or the beginning of it")
    private String point = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "HOLD", description = "the hold's id")
    private String hold = "";

    ReleaseCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(List<String> released, List<String> left) {}

    @Override
    public Integer call() {
        Lookup lookup = new Lookup(options.repository());
        PointKey key = lookup.point(point).point().key();
        List<Hold> holds = lookup.repository().holds(key.vm()).stream()
                .filter(each -> each.point().equals(key.point()))
                .toList();
        List<Hold> chosen =
                holds.stream().filter(each -> each.id().toString().equals(hold)).toList();
        if (!hold.isEmpty() && chosen.isEmpty()) {
            throw CommandFailure.failed("hold " + hold + ": expected one of "
                    + holds.stream().map(Hold::id).toList() + ", found none of that id");
        }
        chosen.forEach(each -> lookup.repository().release(key.vm(), each.id()));
        List<Hold> left = holds.stream().filter(each -> !chosen.contains(each)).toList();
        options.answer(
                new Answer(ids(chosen), ids(left)),
                left.isEmpty()
                        ? List.of("no hold is left on " + key.point())
                        : left.stream()
                                .map(each -> each.id() + " since " + each.heldAt() + ": " + each.reason())
                                .toList());
        return RepoMain.DONE;
    }

    private static List<String> ids(List<Hold> holds) {
        return holds.stream().map(each -> each.id().toString()).toList();
    }
}
