package io.tidemark.agent.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void eachColumnIsAsWideAsItsWidestCell() {
        Table table = new Table("A", "LONG").row("four", "1").row("2", "");

        assertThat(table.lines()).containsExactly("A     LONG", "four  1", "2");
    }

    @Test
    void aRowOfAnotherWidthIsRefused() {
        assertThatThrownBy(() -> new Table("A").row("1", "2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table: expected 1 cells, found 2");
    }
}
