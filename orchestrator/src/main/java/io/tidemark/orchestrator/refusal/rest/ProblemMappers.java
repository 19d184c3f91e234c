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
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every failure of a request as a problem document. What is not the caller's fault tells no inner detail.
public final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final int CAUSES_MAX = 16;

    @ServerExceptionMapper
    Response refused(Refusal refusal, UriInfo uri) {
        return switch (refusal) {
            case Refusal.Invalid invalid -> answer(Kind.INVALID, told(invalid), uri, invalid.faults());
            case Refusal.NoSuch noSuch -> answer(Kind.NOT_FOUND, told(noSuch), uri, List.of());
            case Refusal.Conflict conflict -> answer(Kind.CONFLICT, told(conflict), uri, List.of(conflict.fault()));
            case Refusal.Unavailable away -> answer(Kind.UNAVAILABLE, told(away), uri, List.of());
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
        Optional<String> state = sqlState(e);
        if (state.isPresent()) {
            return failedInDatabase(e, state.get(), uri);
        }
        LOG.errorf(e, "request %s failed", uri.getPath());
        return answer(Kind.INTERNAL, "unexpected " + e.getClass().getSimpleName(), uri, List.of());
    }

    /// Of the first failure of SQL among the causes.
    private static Optional<String> sqlState(Exception e) {
        return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .limit(CAUSES_MAX)
                .filter(SQLException.class::isInstance)
                .map(cause -> String.valueOf(((SQLException) cause).getSQLState()))
                .findFirst();
    }

    /// SQLSTATE: 23505 a row of that key is there, class 22 a value that cannot be stored, 08, 57, 53, 25006 (it
    /// only reads) and none at all (a connection was waited for in vain) a database that does not serve.
    private static Response failedInDatabase(Exception e, String state, UriInfo uri) {
        if (state.equals("23505")) {
            return answer(Kind.CONFLICT, "another request made the same thing just now", uri, List.of());
        }
        if (state.startsWith("22")) {
            return answer(
                    Kind.INVALID,
                    "body: expected values that PostgreSQL can store, found one that it refuses " + "(SQLSTATE " + state
                            + ")",
                    uri,
                    List.of());
        }
        LOG.warnf(e, "request %s failed in the database", uri.getPath());
        boolean isAway = List.of("null", "25006").contains(state)
                || List.of("08", "53", "57").contains(state.substring(0, 2));
        Kind kind = isAway ? Kind.UNAVAILABLE : Kind.INTERNAL;
        return answer(kind, "the database failed with SQLSTATE " + state, uri, List.of());
    }

    private static String told(Refusal refusal) {
        return String.valueOf(refusal.getMessage());
    }

    private static Fault fault(MismatchedInputException e) {
        String path = e.getPath().stream().map(ProblemMappers::step).collect(Collectors.joining("."));
        if (e instanceof UnrecognizedPropertyException unknown) {
            return new Fault(
                    path,
                    "one of " + unknown.getKnownPropertyIds(),
                    "the unknown field \"" + unknown.getPropertyName() + "\"");
        }
        Class<?> target = e.getTargetType();
        return new Fault(
                path.isEmpty() ? "body" : path,
                target == null ? "another kind of value" : "a value for " + target.getSimpleName(),
                e.getOriginalMessage());
    }

    private static String step(JsonMappingException.Reference reference) {
        return reference.getFieldName() == null ? Integer.toString(reference.getIndex()) : reference.getFieldName();
    }

    private static Response answer(Kind kind, String detail, UriInfo uri, List<Fault> faults) {
        return Response.status(kind.status)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(kind, detail, uri.getPath(), faults))
                .build();
    }
}
