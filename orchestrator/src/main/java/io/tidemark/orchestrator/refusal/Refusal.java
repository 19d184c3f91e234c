package io.tidemark.orchestrator.refusal;

import java.util.List;
import java.util.stream.Collectors;

/// A request that is not carried out. Nothing was stored; the message names the thing, what was expected and what
/// was found, and is meant for the one who asked.
public abstract sealed class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message);
    }

    /// One field that breaks its rule.
    public record Fault(String field, String expected, String found) {
        @Override
        public String toString() {
            return field + ": expected " + expected + ", found " + found;
        }
    }

    /// The request breaks rules; all that were seen are told at once.
    public static final class Invalid extends Refusal {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final List<Fault> faults;

        public Invalid(List<Fault> faults) {
            super(faults.stream().map(Fault::toString).collect(Collectors.joining("; ")));
            this.faults = List.copyOf(faults);
        }

        public Invalid(String field, String expected, String found) {
            this(List.of(new Fault(field, expected, found)));
        }

        public List<Fault> faults() {
            return faults;
        }
    }

    /// The request names something that is not there.
    public static final class NoSuch extends Refusal {
        private static final long serialVersionUID = 1L;

        private final String kind;
        private final String id;

        /// @param kind what was looked for, for example `policy`
        public NoSuch(String kind, Object id) {
            super(kind + ": expected an existing one, found none with " + id);
            this.kind = kind;
            this.id = id.toString();
        }

        public String kind() {
            return kind;
        }

        public String id() {
            return id;
        }
    }

    /// Something that is needed for it does not answer. The request may come again.
    public static final class Unavailable extends Refusal {
        private static final long serialVersionUID = 1L;

        public Unavailable(String thing, String expected, String found, Throwable cause) {
            super(new Fault(thing, expected, found).toString());
            initCause(cause);
        }
    }

    /// The request is right in itself, but the state of things does not allow it now.
    public static final class Conflict extends Refusal {
        private static final long serialVersionUID = 1L;

        private final Fault fault;

        public Conflict(String thing, String expected, String found) {
            this(new Fault(thing, expected, found));
        }

        private Conflict(Fault fault) {
            super(fault.toString());
            this.fault = fault;
        }

        public Fault fault() {
            return fault;
        }
    }
}
