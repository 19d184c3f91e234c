package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;

/// One sending of a task, and the fencing token of what it writes: (catalog incarnation, sequence), ordered, never
/// reused. Text form `incarnation.sequence`, for example `3.17`.
public record Attempt(long incarnation, long sequence) implements Comparable<Attempt> {
    private static final Comparator<Attempt> ORDER =
            Comparator.comparingLong(Attempt::incarnation).thenComparingLong(Attempt::sequence);

    public Attempt {
        if (incarnation < 1 || sequence < 1) {
            throw new IllegalArgumentException(
                    "Attempt: expected both parts from 1, found " + incarnation + "." + sequence);
        }
    }

    @JsonCreator
    public static Attempt of(String text) {
        int dot = text.indexOf('.');
        try {
            return new Attempt(Long.parseLong(text, 0, dot, 10), Long.parseLong(text, dot + 1, text.length(), 10));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("Attempt: expected incarnation.sequence, found \"" + text + "\"", e);
        }
    }

    @Override
    public int compareTo(Attempt other) {
        return ORDER.compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return incarnation + "." + sequence;
    }
}
