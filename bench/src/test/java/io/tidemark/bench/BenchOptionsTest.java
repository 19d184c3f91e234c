package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    private static final Path HOME = Path.of("home");
    private static final Path TREE = Path.of("tree");

    @Test
    void allOptionsAreUnderstood() {
        BenchOptions options = BenchOptions.of(
                List.of("--out", "file", "--only", "path,size", "--rounds", "5", "--quick"), HOME, TREE);

        assertThat(options)
                .isEqualTo(new BenchOptions(
                        true, Set.of("path", "size"), OptionalInt.of(5), Optional.of(Path.of("file")), HOME, TREE));
    }

    @Test
    void anOptionWithoutItsFileIsRefused() {
        assertThatThrownBy(() -> BenchOptions.of(List.of("--out"), HOME, TREE)).hasMessageContaining("--out FILE");
    }

    @Test
    void aNumberOfRoundsThatIsNoneIsRefused() {
        assertThatThrownBy(() -> BenchOptions.of(List.of("--rounds", "0"), HOME, TREE))
                .hasMessage("--rounds: expected a number from 1 to 9999, found 0");
    }
}
