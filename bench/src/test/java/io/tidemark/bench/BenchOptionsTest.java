package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    private static final Path HOME = Path.of("home");
    private static final Path TREE = Path.of("tree");

    @Test
    void allOptionsAreUnderstood() {
        BenchOptions options = BenchOptions.of(List.of("--out", "file", "--only", "path,size", "--quick"), HOME, TREE);

        assertThat(options)
                .isEqualTo(new BenchOptions(true, Set.of("path", "size"), Optional.of(Path.of("file")), HOME, TREE));
    }

    @Test
    void anOptionWithoutItsFileIsRefused() {
        assertThatThrownBy(() -> BenchOptions.of(List.of("--out"), HOME, TREE)).hasMessageContaining("--out FILE");
    }
}
