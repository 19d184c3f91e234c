package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Each kind of drift in `docs/states/drift.md` names the test that injects it, and that test exists.
class DriftTableTest {
    private static final int KINDS_LEAST = 20;
    private static final Pattern ROW = Pattern.compile("\\| [0-9]+ \\|.*");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");

    private final SourceTree tree = SourceTree.found();
    private final List<String> rows = SourceTree.lines(tree.root().resolve("docs/states/drift.md")).stream()
            .filter(line -> ROW.matcher(line).matches())
            .toList();

    @Test
    void eachKindNamesATest() {
        assertThat(rows)
                .hasSizeGreaterThanOrEqualTo(KINDS_LEAST)
                .allMatch(row -> TEST.matcher(row).find());
    }

    @Test
    void eachNamedTestExists() {
        List<Path> sources = tree.files(".java");

        Stream<String> missing = rows.stream()
                .flatMap(row -> TEST.matcher(row).results())
                .filter(test -> sources.stream().noneMatch(source -> has(source, test)))
                .map(MatchResult::group);

        assertThat(missing).isEmpty();
    }

    private static boolean has(Path source, MatchResult test) {
        return source.endsWith(test.group(1) + ".java")
                && SourceTree.lines(source).stream().anyMatch(line -> line.contains(" " + test.group(2) + "("));
    }
}
