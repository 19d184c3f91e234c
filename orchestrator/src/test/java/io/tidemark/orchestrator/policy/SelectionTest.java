package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.VmId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
    private static final VmId VM = VmId.of("00000000-0000-0000-0000-000000000001");

    @ParameterizedTest
    @CsvSource({
        "web-*,web-1,true",
        "web-*,my-web-1,false",
        "web-?,web-12,false",
        "*,any,true",
        "a.c,abc,false",
        "*-db-*,eu-db-2,true",
        "(x,(x,true"
    })
    void patternMatchesWholeNames(String glob, String name, boolean expected) {
        assertThat(new Selection.NamePattern(glob).matches(VM, name)).isEqualTo(expected);
    }

    @Test
    void listNamesVmsByIdOrByName() {
        assertThat(new Selection.Listed(Set.of(VM.toString())).matches(VM, "other"))
                .isTrue();
        assertThat(new Selection.Listed(Set.of("web-1")).matches(VM, "web-1")).isTrue();
        assertThat(new Selection.Listed(Set.of("web-1")).matches(VM, "web-2")).isFalse();
    }
}
