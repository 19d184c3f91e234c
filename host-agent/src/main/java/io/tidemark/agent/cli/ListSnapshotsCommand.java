package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.agent.cli.view.SnapshotText;
import io.tidemark.agent.cli.view.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Lists snapshots. Its fields are what was typed.
@Command(
        name = "list",
        description = "With a VM or a volume: asks its host, now, which snapshots there are, whoever made them, and"
                + " which there could be. Else: lists those of the catalog.")
final class ListSnapshotsCommand implements Callable<Integer> {
    @Mixin
    private final AskingOptions options;

    @Parameters(index = "0", arity = "0..1", paramLabel = "VM", description = "its id or its name")
    private @Nullable String vm;

    @Option(names = "--host", paramLabel = "HOST_ID", description = "the host of a volume that no VM has")
    private @Nullable String host;

    @Option(names = "--volume", paramLabel = "PATH", description = "that volume, or POOL/VOLUME")
    private @Nullable String volume;

    @Option(names = "--all", description = "of the catalog: those that are deleted or were never taken, too")
    private boolean isAll;

    ListSnapshotsCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        if ((host == null) != (volume == null) || (vm != null && host != null)) {
            throw CommandFailure.wrongUsage("expected a VM, or --host with --volume, or none of these");
        }
        String named = vm;
        String at = host;
        String of = volume;
        if (named != null) {
            return told(options.ask(each -> each.snapshotsNow(named)));
        }
        if (at != null && of != null) {
            return told(options.ask(each -> each.snapshotsNow(at, of)));
        }
        JsonNode snapshots = options.ask(each -> each.snapshots(null, isAll));
        options.answer(snapshots, lines(snapshots));
        return RepoMain.DONE;
    }

    private int told(JsonNode listing) {
        boolean isSeen = listing.path("observed").asBoolean();
        options.answer(
                listing,
                isSeen
                        ? SnapshotText.ofListing(listing)
                        : List.of("not known now: "
                                + PlainText.of(listing.path("detail").asText("no reason is given"))));
        return isSeen ? RepoMain.DONE : RepoMain.FAILED;
    }

    private static List<String> lines(JsonNode snapshots) {
        if (snapshots.isEmpty()) {
            return List.of("no snapshot is known");
        }
        Table table = new Table("SNAPSHOT", "NAME", "VM", "STATE", "TAKEN AT", "KINDS");
        for (JsonNode snapshot : snapshots) {
            table.row(
                    snapshot.path("id").asText("-"),
                    snapshot.path("name").asText("-"),
                    snapshot.path("vm").asText("-"),
                    snapshot.path("state").asText("-"),
                    snapshot.path("taken").path("at").asText("-"),
                    kinds(snapshot.path("members")));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("as the catalog has them; to ask the host of a VM: ./tidemark snapshot list VM");
        return lines;
    }

    private static String kinds(JsonNode members) {
        List<String> kinds = new ArrayList<>();
        for (JsonNode member : members) {
            String kind = member.path("kind").asText("-");
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        return kinds.isEmpty() ? "-" : String.join(", ", kinds);
    }
}
