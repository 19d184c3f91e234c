package io.tidemark.orchestrator.refusal.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.refusal.Refusal.Fault;
import io.tidemark.orchestrator.refusal.rest.Problem.Kind;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every failure of a request as a problem document. What is not the caller's fault tells no inner detail.
public final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response refused(Refusal refusal, UriInfo uri) {
        return switch (refusal) {
            case Refusal.Invalid invalid -> answer(Kind.INVALID, told(invalid), uri, invalid.faults());
            case Refusal.NoSuch noSuch -> answer(Kind.NOT_FOUND, told(noSuch), uri, List.of());
            case Refusal.Conflict conflict ->
                answer(Kind.CONFLICT, told(conflict), uri, List.of(conflict.fault()));
        };
    }

    @ServerExceptionMapper
    Response unreadable(MismatchedInputException e, UriInfo uri) {
        Fault fault = fault(e);
        return answer(Kind.INVALID, fault.toString(), uri, List.of(fault));
    }

    /// JSON that does not parse, unknown paths, methods and media types come as this one.
    @ServerExceptionMapper
    Response refusedByTheServer(WebApplicationException e, UriInfo uri) {
        if (e.getCause() instanceof MismatchedInputException mismatched) {
            return unreadable(mismatched, uri);
        }
        if (e.getCause() instanceof JsonProcessingException broken) {
            Fault fault = new Fault("body", "JSON", broken.getOriginalMessage());
            return answer(Kind.INVALID, fault.toString(), uri, List.of(fault));
        }
        Response.StatusType status = e.getResponse().getStatusInfo();
        Problem problem = new Problem(
                "about:blank",
                status.getReasonPhrase(),
                status.getStatusCode(),
                String.valueOf(e.getMessage()),
                uri.getPath(),
                null,
                null,
                null);
        return Response.status(status.getStatusCode())
                .type(Problem.MEDIA_TYPE)
                .entity(problem)
                .build();
    }

    @ServerExceptionMapper
    Response failed(Exception e, UriInfo uri) {
        LOG.errorf(e, "request %s failed", uri.getPath());
        return answer(Kind.INTERNAL, "unexpected " + e.getClass().getSimpleName(), uri, List.of());
    }

    private static String told(Refusal refusal) {
        return String.valueOf(refusal.getMessage());
    }

    private static Fault fault(MismatchedInputException e) {
        String path = e.getPath().stream().map(ProblemMappers::step).collect(Collectors.joining("."));
        if (e instanceof UnrecognizedPropertyException unknown) {
            return new Fault(
                    path, "one of " + unknown.getKnownPropertyIds(), "the unknown field \"" + unknown.getPropertyName()
                            + "\"");
        }
        Class<?> target = e.getTargetType();
        return new Fault(
                path.isEmpty() ? "body" : path,
                target == null ? "another kind of value" : "a value for " + target.getSimpleName(),
                e.getOriginalMessage());
    }

    private static String step(JsonMappingException.Reference reference) {
        return reference.getFieldName() == null
                ? Integer.toString(reference.getIndex())
                : reference.getFieldName();
    }

    private static Response answer(Kind kind, String detail, UriInfo uri, List<Fault> faults) {
        return Response.status(kind.status)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(kind, detail, uri.getPath(), faults))
                .build();
    }
}
