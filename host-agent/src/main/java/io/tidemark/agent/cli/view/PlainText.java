package io.tidemark.agent.cli.view;

import java.util.Locale;

/// Text that somebody else wrote, as a terminal can be given it: on one line, and nothing in it is an order.
public final class PlainText {
    private PlainText() {}

    /// What steers a terminal, ends a line or turns the direction of writing stands as JSON escapes it.
    public static String of(String foreign) {
        StringBuilder plain = new StringBuilder(foreign.length());
        foreign.codePoints().forEach(point -> append(plain, point));
        return plain.toString();
    }

    private static void append(StringBuilder plain, int point) {
        if (!steers(point)) {
            plain.appendCodePoint(point);
            return;
        }
        for (char unit : Character.toChars(point)) {
            plain.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
        }
    }

    /// A half of a pair that stands alone is no character either.
    private static boolean steers(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
