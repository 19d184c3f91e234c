package io.tidemark.schemas.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.schemas.id.MessageId;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks a body against a record before it is read, so that a fault is named by its path.
/// A component that is not nullable is required; whole numbers are never negative; unknown fields are let through.
final class BodyShape {
    private static final String IDS = MessageId.class.getPackageName();

    private BodyShape() {}

    /// What is wrong with the body, or empty.
    static Optional<String> fault(JsonNode body, Class<?> message) {
        return body.isObject() ? recordFault(body, message, "") : expected("body", "an object", body);
    }

    private static Optional<String> recordFault(JsonNode object, Class<?> type, String path) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = path + component.getName();
            JsonNode value = object.path(component.getName());
            Optional<String> fault;
            if (value.isMissingNode() || value.isNull()) {
                boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                fault = optional ? Optional.empty() : Optional.of(name + ": required, found none");
            } else {
                fault = valueFault(value, component.getGenericType(), name);
            }
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> valueFault(JsonNode value, Type type, String name) {
        if (type instanceof ParameterizedType list) {
            return listFault(value, list, name);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == boolean.class) {
            return value.isBoolean() ? Optional.empty() : expected(name, "true or false", value);
        }
        if (plain == long.class || plain == Long.class || plain == int.class) {
            boolean fits = value.isIntegralNumber()
                    && (plain != int.class ? value.canConvertToLong() : value.canConvertToInt())
                    && value.longValue() >= 0;
            return fits ? Optional.empty() : expected(name, "a whole number from 0", value);
        }
        if (plain.isRecord() && !plain.getPackageName().equals(IDS)) {
            return value.isObject() ? recordFault(value, plain, name + ".") : expected(name, "an object", value);
        }
        return value.isTextual() ? Optional.empty() : expected(name, "text", value);
    }

    private static Optional<String> listFault(JsonNode value, ParameterizedType list, String name) {
        if (!value.isArray()) {
            return expected(name, "a list", value);
        }
        for (int i = 0; i < value.size(); i++) {
            Optional<String> fault = valueFault(value.get(i), list.getActualTypeArguments()[0], name + "[" + i + "]");
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> expected(String name, String what, JsonNode found) {
        return Optional.of(name + ": expected " + what + ", found "
                + found.getNodeType().name().toLowerCase(Locale.ROOT));
    }
}
