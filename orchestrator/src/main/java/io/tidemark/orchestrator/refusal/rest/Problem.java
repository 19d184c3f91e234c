package io.tidemark.orchestrator.refusal.rest;

import io.tidemark.orchestrator.refusal.Refusal.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A problem document (RFC 9457). `faults` names each field that broke its rule; with a single one, its `expected`
/// and `found` stand beside the detail as well.
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        @Nullable String expected,
        @Nullable String found,
        @Nullable List<Fault> faults) {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPE_PREFIX = "urn:tidemark:problem:";

    static Problem of(Kind kind, String detail, String instance, List<Fault> faults) {
        Fault single = faults.size() == 1 ? faults.getFirst() : null;
        return new Problem(
                TYPE_PREFIX + kind.code,
                kind.title,
                kind.status,
                detail,
                instance,
                single == null ? null : single.expected(),
                single == null ? null : single.found(),
                faults.isEmpty() ? null : faults);
    }

    /// What went wrong, by class.
    enum Kind {
        INVALID(400, "invalid-request", "The request breaks a rule"),
        NOT_FOUND(404, "not-found", "There is no such thing"),
        CONFLICT(409, "conflict", "The state of things does not allow it"),
        UNAVAILABLE(503, "unavailable", "Something that is needed does not answer"),
        INTERNAL(500, "internal", "Tidemark has failed; its log says why");

        final int status;
        final String code;
        final String title;

        Kind(int status, String code, String title) {
            this.status = status;
            this.code = code;
            this.title = title;
        }
    }
}
