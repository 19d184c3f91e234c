package io.tidemark.agent.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "web-1", "Büro 7", "数据库", "\uD83D\uDCBE", "a\\b"})
    void whatIsOnlyReadStaysAsItIs(String text) {
        assertThat(PlainText.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0x1b, 001b", "0x0a, 000a", "0x0d, 000d", "0x7f, 007f", "0x9b, 009b", "0x2028, 2028", "0x202e, 202e"})
    void whatSteersATerminalIsEscaped(String codePoint, String escaped) {
        String foreign = "a" + Character.toString(Integer.decode(codePoint)) + "[2Jb";

        assertThat(PlainText.of(foreign)).isEqualTo("a\\u" + escaped + "[2Jb");
    }

    @Test
    void halvesOfPairsAndWhatIsWrittenWithPairsAreEscapedToo() {
        assertThat(PlainText.of("a\uD83D")).isEqualTo("a\\ud83d");
        assertThat(PlainText.of(Character.toString(0xE0041))).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void aCellOfATableIsOneLine() {
        assertThat(new Table("NAME").row("a\n\u001b[2J").lines()).containsExactly("NAME", "a\\u000a\\u001b[2J");
    }

    @Test
    void aDocumentThatIsReadAgainHoldsTheSameText() throws Exception {
        String foreign = "\u001b]0;x\u0007 \u009b2J \u007f \u202e \uD83D\uDCBE " + Character.toString(0xE0041);
        var bytes = new ByteArrayOutputStream();
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

        new Output(stream, stream, false).json(Map.of("name", foreign));

        String written = bytes.toString(StandardCharsets.UTF_8);
        assertThat(written.lines())
                .allSatisfy(line -> assertThat(PlainText.of(line)).isEqualTo(line));
        assertThat(new ObjectMapper().readTree(written).path("name").asText()).isEqualTo(foreign);
    }
}
