package io.tidemark.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreMarkTest {
    private static final Path FILE = Path.of("t.mark");

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"<domain>\n<name>x</name>\ndomain\n</domain>\n"})
    void markIsReadAsItWasWritten(@Nullable String domainXml) {
        RestoreMark mark = new RestoreMark(1, 2, List.of("1:2:3", "1:4:5"), domainXml);

        assertThat(RestoreMark.parse(FILE, mark.text())).isEqualTo(mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tidemark restore 1\n", "tidemark restore 2\ndurationMillis 1\nwrittenBytes 1\n"})
    void damagedMarkIsRefused(String text) {
        assertThatThrownBy(() -> RestoreMark.parse(FILE, text)).hasMessageContaining("t.mark is damaged");
    }
}
