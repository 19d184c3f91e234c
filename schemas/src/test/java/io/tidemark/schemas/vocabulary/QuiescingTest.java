package io.tidemark.schemas.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.vocabulary.Quiescing.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuiescingTest {
    private static final ScriptSetId SET = new ScriptSetId("orders-db");

    @Test
    void whatKeepsTheLimitsHasNoFault() {
        List<String> most = IntStream.range(0, 31).mapToObj(i -> "/srv/" + i).toList();
        List<String> all = new ArrayList<>(most);
        all.add("/" + "ü".repeat(1023));

        assertThat(new Quiescing(true, all, SET).fault()).isEmpty();
        assertThat(Quiescing.ALL.fault()).isEmpty();
        assertThat(Quiescing.NONE.fault()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultNamesFieldExpectationAndWhatWasFound(Quiescing quiescing, Fault fault) {
        assertThat(quiescing.fault()).contains(fault);
        assertThatThrownBy(quiescing::require)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault.field() + ": expected " + fault.expected() + ", found " + fault.found());
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                of(false, List.of("/"), null, "mountpoints", "none without quiesce", "1 of them"),
                of(false, null, SET, "scripts", "none without quiesce", "\"orders-db\""),
                of(true, List.of(), null, "mountpoints", "1 to 32 entries", "0 entries"),
                of(true, Collections.nCopies(33, "/a"), null, "mountpoints", "1 to 32 entries", "33 entries"),
                of(true, List.of("/", "srv"), null, "mountpoints[1]", ABSOLUTE, "\"srv\""),
                of(true, List.of(""), null, "mountpoints[0]", ABSOLUTE, "\"\""),
                of(true, List.of("C:\\"), null, "mountpoints[0]", ABSOLUTE, "\"C:\\\""),
                of(true, List.of("/a", "/b", "/a"), null, "mountpoints[2]", "each once", "\"/a\" again"),
                of(true, List.of("/a\nb"), null, "mountpoints[0]", CONTROL, "U+000A after 2 characters"),
                of(true, List.of("/\u0085"), null, "mountpoints[0]", CONTROL, "U+0085 after 1 characters"),
                of(
                        true,
                        List.of("/" + "a".repeat(1024)),
                        null,
                        "mountpoints[0]",
                        "at most 1024 characters",
                        "1025 characters"));
    }

    private static final String ABSOLUTE = "an absolute path of the guest, as /srv";
    private static final String CONTROL = "no control characters";

    private static Arguments of(
            boolean asked, @Nullable List<String> mountpoints, @Nullable ScriptSetId scripts, String... fault) {
        return Arguments.of(new Quiescing(asked, mountpoints, scripts), new Fault(fault[0], fault[1], fault[2]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "a/b", "/etc", "A", "a b", "a\n", "a;b", "$(id)", "a_b", "ä"})
    void aSetIsNeverAPathNorACommand(String name) {
        assertThatThrownBy(() -> new ScriptSetId(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ScriptSetId: expected [a-z0-9-]{1,64}, found \"" + name + "\"");
    }

    @Test
    void aSetOfSixtyFiveCharactersIsRefused() {
        assertThat(new ScriptSetId("a".repeat(64)).toString()).hasSize(64);
        assertThatThrownBy(() -> new ScriptSetId("a".repeat(65))).hasMessageEndingWith("found 65 characters");
    }
}
