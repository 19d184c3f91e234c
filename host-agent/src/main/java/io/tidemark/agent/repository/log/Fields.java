package io.tidemark.agent.repository.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The members of a JSON object, each of the type that is asked for, or an `IllegalArgumentException`. What nobody
/// asks for is ignored.
final class Fields {
    private final ObjectNode json;

    private Fields(ObjectNode json) {
        this.json = json;
    }

    static Fields of(JsonNode json) {
        if (json instanceof ObjectNode object) {
            return new Fields(object);
        }
        throw new IllegalArgumentException("expected an object, found " + json.getNodeType());
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name));
    }

    Optional<String> optionalText(String name) {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isTextual()) {
            throw mistyped(name, "a text", found.get());
        }
        return found.map(JsonNode::textValue);
    }

    /// An id from the one text that it has.
    <T> T id(String name, Function<String, T> parse) {
        return optionalId(name, parse).orElseThrow(() -> missing(name));
    }

    <T> Optional<T> optionalId(String name, Function<String, T> parse) {
        Optional<String> text = optionalText(name);
        Optional<T> id = text.map(parse);
        if (!id.map(Object::toString).equals(text)) {
            throw new IllegalArgumentException(name + ": expected " + id + ", found " + text);
        }
        return id;
    }

    Optional<Boolean> optionalFlag(String name) {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isBoolean()) {
            throw mistyped(name, "true or false", found.get());
        }
        return found.map(JsonNode::booleanValue);
    }

    long integer(String name) {
        JsonNode found = find(name).orElseThrow(() -> missing(name));
        if (!found.isIntegralNumber() || !found.canConvertToLong()) {
            throw mistyped(name, "a number of 64 bits", found);
        }
        return found.longValue();
    }

    /// A number from 0.
    long count(String name) {
        long found = integer(name);
        if (found < 0) {
            throw new IllegalArgumentException(name + ": expected a number from 0, found " + found);
        }
        return found;
    }

    /// A number from 0 that fits into an `int`.
    int smallCount(String name) {
        long found = count(name);
        if (found > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + ": expected at most " + Integer.MAX_VALUE + ", found " + found);
        }
        return (int) found;
    }

    Fields object(String name) {
        return optionalObject(name).orElseThrow(() -> missing(name));
    }

    Optional<Fields> optionalObject(String name) {
        Optional<JsonNode> found = find(name);
        if (found.isPresent() && !found.get().isObject()) {
            throw mistyped(name, "an object", found.get());
        }
        return found.map(Fields::of);
    }

    List<Fields> objects(String name) {
        JsonNode found = find(name).orElseThrow(() -> missing(name));
        if (!found.isArray()) {
            throw mistyped(name, "a list", found);
        }
        List<Fields> objects = new ArrayList<>();
        found.forEach(each -> objects.add(of(each)));
        return objects;
    }

    private Optional<JsonNode> find(String name) {
        return Optional.ofNullable(json.get(name));
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException(name + ": expected it, found none");
    }

    private static IllegalArgumentException mistyped(String name, String expected, JsonNode found) {
        return new IllegalArgumentException(name + ": expected " + expected + ", found " + found.getNodeType());
    }
}
