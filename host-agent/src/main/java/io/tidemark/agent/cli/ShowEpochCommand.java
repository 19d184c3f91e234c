package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.rest.Orchestrator.EpochQuestion;
import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows the epoch of one disk. Its fields are what was typed.
@Command(
        name = "show",
        description = "Asks the disk's host, now: since when its dirty bitmap is valid, or why it has no epoch.")
final class ShowEpochCommand implements Callable<Integer> {
    private static final Set<String> UNKNOWN = Set.of(Reason.HOST_UNREACHABLE.code(), Reason.NOT_OBSERVED.code());

    @Mixin
    private final AskingOptions options;

    @Parameters(index = "0", paramLabel = "VM", description = "its id or its name")
    private String vm = "";

    @Parameters(index = "1", paramLabel = "DISK", description = "its target, as vda, or its id")
    private String disk = "";

    @Option(names = "--tracker", paramLabel = "NAME", description = "whose line of backups (default: ${DEFAULT-VALUE})")
    private String tracker = "default";

    ShowEpochCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        JsonNode epoch = options.ask(each -> each.epochNow(new EpochQuestion(vm, disk, tracker)));
        options.answer(epoch, lines(epoch));
        if (hasToken(epoch)) {
            return RepoMain.DONE;
        }
        return isUnknown(epoch) ? RepoMain.FAILED : EpochMain.NO_EPOCH;
    }

    /// Nobody could look: that says nothing about the bitmap.
    private static boolean isUnknown(JsonNode epoch) {
        return UNKNOWN.contains(epoch.path("reason").asText());
    }

    private static boolean hasToken(JsonNode epoch) {
        return epoch.hasNonNull("token");
    }

    private static List<String> lines(JsonNode epoch) {
        List<String> lines = new ArrayList<>(List.of(
                "VM           " + named(epoch, "vmName", "vm"),
                "disk         " + named(epoch, "target", "disk"),
                "tracker      " + text(epoch, "tracker")));
        if (hasToken(epoch)) {
            lines.add("token        " + text(epoch, "token"));
            lines.add("valid since  " + text(epoch, "validSince"));
            lines.add("dirty now    " + dirty(epoch));
        } else {
            lines.add((isUnknown(epoch) ? "not known now: " : "no epoch: ")
                    + (epoch.hasNonNull("reason") ? text(epoch, "reason") : "no reason is given"));
        }
        if (epoch.hasNonNull("detail")) {
            lines.add("detail       " + text(epoch, "detail"));
        }
        if (!hasToken(epoch) && !isUnknown(epoch)) {
            lines.add("the next backup of the disk is full");
        }
        return lines;
    }

    /// The name that people know it by, if it has one, and the id.
    private static String named(JsonNode epoch, String name, String id) {
        return epoch.hasNonNull(name) ? text(epoch, name) + "  " + text(epoch, id) : text(epoch, id);
    }

    private static String dirty(JsonNode epoch) {
        if (!epoch.hasNonNull("dirtyBytes")) {
            return "not counted";
        }
        String dirty = Amounts.exactly(epoch.path("dirtyBytes").asLong());
        return epoch.hasNonNull("granularityBytes")
                ? dirty + ", in granules of "
                        + Amounts.bytes(epoch.path("granularityBytes").asLong())
                : dirty;
    }

    private static String text(JsonNode epoch, String field) {
        return PlainText.of(epoch.path(field).asText("-"));
    }
}
