package io.tidemark.agent.repository.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.model.Flaws.Flaw;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The protocol of logs, write sessions, fences, prunes, commits, repacks and collections, in every order of steps
/// of a few actors: no listed point ever lacks a pack, and no attempt commits twice or after a newer one. Death and
/// freezing need no step of their own: whoever is never chosen again has died, whoever is chosen last was frozen
/// for a day.
class ProtocolModelTest {
    private static final int WORLDS_MIN = 500;

    @ParameterizedTest
    @EnumSource
    void noOrderOfStepsLosesAPack(Scenario scenario) {
        Search search = new Search(Flaws.NONE);

        assertThat(search.wayToAFault(scenario.start())).isEmpty();
        assertThat(search.worlds()).isGreaterThan(WORLDS_MIN);
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleThatIsLeftOutIsMissed(Flaw flaw) {
        Stream<List<String>> ways = Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.hasRepack() == flaw.isOfRepacks())
                .flatMap(scenario -> new Search(Flaws.of(flaw)).wayToAFault(scenario.start()).stream());

        assertThat(ways.findFirst()).as("a way to a fault").isPresent();
    }
}
