package io.tidemark.agent.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Columns of text, each as wide as its widest cell. Each row must have as many cells as the header. A cell may be
/// text that somebody else wrote.
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        rows.add(List.of(header));
    }

    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "table: expected " + rows.getFirst().size() + " cells, found " + cells.length);
        }
        rows.add(Stream.of(cells).map(PlainText::of).toList());
        return this;
    }

    /// The header and the rows.
    public List<String> lines() {
        return rows.stream().map(this::line).toList();
    }

    private String line(List<String> cells) {
        StringBuilder out = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            out.append(cell).append(" ".repeat(width(column) - cell.length())).append(GAP);
        }
        return out.toString().stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
