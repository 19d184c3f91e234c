package io.tidemark.orchestrator.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.export.ExportDecision.Ignored;
import io.tidemark.orchestrator.export.ExportDecision.Moved;
import io.tidemark.orchestrator.export.ExportEffect.DropPages;
import io.tidemark.orchestrator.export.ExportEffect.KeepPage;
import io.tidemark.orchestrator.export.ExportEffect.ReadText;
import io.tidemark.orchestrator.export.ExportEvent.PageHeard;
import io.tidemark.orchestrator.export.ExportEvent.Refused;
import io.tidemark.orchestrator.export.ExportEvent.TextRead;
import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExportDeciderTest {
    private static final Path DIAGRAM = Path.of("..", "docs", "states", "export.md");
    private static final String OURS = "a";
    private static final String OTHER = "b";
    private static final Arriving FIRST_OF_TWO = new Arriving(OURS, 2, Set.of(1));

    private static Map<String, ExportState> states() {
        Map<String, ExportState> states = new LinkedHashMap<>();
        states.put("Asked", new Asked());
        states.put("Arriving, page 1 of 2", FIRST_OF_TWO);
        states.put("Arriving, all of 2", new Arriving(OURS, 2, Set.of(1, 2)));
        states.put("Complete", new Complete(OURS, 2));
        states.put("Failed", new Failed("why"));
        return states;
    }

    private static Map<String, ExportEvent> events() {
        Map<String, ExportEvent> events = new LinkedHashMap<>();
        events.put("PageHeard 1", new PageHeard(OURS, 1, 2));
        events.put("PageHeard 2", new PageHeard(OURS, 2, 2));
        events.put("PageHeard 1 of another digest", new PageHeard(OTHER, 1, 2));
        events.put("PageHeard 2 of another digest", new PageHeard(OTHER, 2, 2));
        events.put("TextRead", new TextRead(OURS));
        events.put("TextRead, another digest", new TextRead(OTHER));
        events.put("Refused", new Refused("why"));
        return events;
    }

    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String expected = document();

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.writeString(DIAGRAM, expected);
        }

        assertThat(Files.readString(DIAGRAM))
                .as("docs/states/export.md; write it anew with -Dtidemark.states.write=true")
                .isEqualTo(expected);
    }

    @Test
    void theOnePageOfAShortExportIsReadAtOnce() {
        assertThat(ExportDecider.decide(new Asked(), new PageHeard(OURS, 1, 1)))
                .isEqualTo(new Moved(new Arriving(OURS, 1, Set.of(1)), List.of(new KeepPage(), new ReadText())));
    }

    @Test
    void pagesMayComeInAnyOrder() {
        assertThat(ExportDecider.decide(new Arriving(OURS, 2, Set.of(2)), new PageHeard(OURS, 1, 2)))
                .isEqualTo(new Moved(new Arriving(OURS, 2, Set.of(1, 2)), List.of(new KeepPage(), new ReadText())));
    }

    @Test
    void theFirstPageOfALaterExportDropsThoseOfTheEarlier() {
        assertThat(ExportDecider.decide(FIRST_OF_TWO, new PageHeard(OTHER, 1, 3)))
                .isEqualTo(new Moved(new Arriving(OTHER, 3, Set.of(1)), List.of(new DropPages(), new KeepPage())));
    }

    @Test
    void sameDigestOfAnotherNumberOfPagesIsAnotherExport() {
        assertThat(ExportDecider.decide(FIRST_OF_TWO, new PageHeard(OURS, 2, 3)))
                .isInstanceOf(Ignored.class);
    }

    private static String document() {
        return "# States of an export\n\nWritten by ExportDeciderTest, never by hand. Pages are of an export of two;"
                + " those of another digest are of what the repository held later.\n\n"
                + "| state | event | becomes | effects |\n|---|---|---|---|\n"
                + states().entrySet().stream()
                        .flatMap(state -> events().entrySet().stream().map(event -> row(state, event)))
                        .collect(Collectors.joining());
    }

    private static String row(Map.Entry<String, ExportState> state, Map.Entry<String, ExportEvent> event) {
        String outcome = switch (ExportDecider.decide(state.getValue(), event.getValue())) {
            case Moved(ExportState next, List<ExportEffect> effects) ->
                name(next) + " | "
                        + effects.stream().map(ExportDeciderTest::name).collect(Collectors.joining(", "));
            case Ignored(String reason) -> "(ignored: " + reason + ") | ";
        };
        return "| " + state.getKey() + " | " + event.getKey() + " | " + outcome + " |\n";
    }

    private static String name(Object fact) {
        return fact.getClass().getSimpleName();
    }
}
