package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
    @TempDir
    Path folder;

    private final List<String> done = new ArrayList<>();

    @Test
    void whoBeginsAlternatesAndTheFirstRoundIsNotCounted() throws Exception {
        Rounds rounds = Rounds.counted(folder, 2, List.of(side("a"), side("b")));

        assertThat(done).containsExactly("a", "b", "b", "a", "a", "b");
        assertThat(rounds.of("a", Effort::wallSeconds)).hasSize(2);
        assertThat(rounds.of("b", Effort::wallSeconds)).hasSize(2);
    }

    @Test
    void aSideThatWasNotThereHasNoValues() {
        Rounds rounds = new Rounds(Map.of());

        assertThat(rounds.has("a")).isFalse();
        assertThat(rounds.of("a", Effort::wallSeconds)).isEmpty();
    }

    private Side side(String name) {
        return new Side(name, true, folder.resolve("none"), Side.NOTHING, () -> done.add(name));
    }
}
