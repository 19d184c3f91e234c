package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The fields of a record's object, each as what it must be. Messages never repeat what a field holds.
final class RecordFields {
    private static final int TEXT_CHARACTERS_MAX = 64;

    private final String thing;
    private final JsonNode object;

    RecordFields(String thing, JsonNode object) {
        this.thing = thing;
        this.object = object;
    }

    boolean has(String name) {
        return object.has(name);
    }

    String text(String name) {
        JsonNode field = object.path(name);
        if (!field.isTextual() || field.textValue().length() > TEXT_CHARACTERS_MAX) {
            throw damaged(name, "at most " + TEXT_CHARACTERS_MAX + " characters");
        }
        return field.textValue();
    }

    void require(String name, String expected) {
        if (!text(name).equals(expected)) {
            throw damaged(name, "\"" + expected + "\"");
        }
    }

    int number(String name, int min, int max) {
        JsonNode field = object.path(name);
        if (!field.canConvertToInt() || !field.isIntegralNumber() || field.intValue() < min || field.intValue() > max) {
            throw damaged(name, "a number from " + min + " to " + max);
        }
        return field.intValue();
    }

    /// Exactly that many bytes, in hexadecimal digits.
    byte[] bytes(String name, int length) {
        JsonNode field = object.path(name);
        if (field.isTextual() && field.textValue().length() == 2 * length) {
            try {
                return HexFormat.of().parseHex(field.textValue());
            } catch (IllegalArgumentException _) {
                // said below, without the text
            }
        }
        throw damaged(name, 2 * length + " hexadecimal digits");
    }

    PublicKey publicKey(String name, Curve curve) {
        try {
            return curve.publicKey(bytes(name, Curve.KEY_BYTES));
        } catch (IllegalArgumentException _) {
            throw damaged(name, "a public key of " + curve);
        }
    }

    RecordFields object(String name) {
        JsonNode field = object.path(name);
        if (!field.isObject()) {
            throw damaged(name, "an object");
        }
        return new RecordFields(thing + ": " + name, field);
    }

    List<RecordFields> objects(String name, int countMax) {
        JsonNode field = object.path(name);
        if (!field.isArray() || field.size() > countMax) {
            throw damaged(name, "at most " + countMax + " objects");
        }
        List<RecordFields> all = new ArrayList<>();
        for (JsonNode each : field) {
            all.add(new RecordFields(thing + ": " + name, each));
        }
        return all;
    }

    DamagedException damaged(String name, String expected) {
        return new DamagedException(thing + ": " + name, expected, "something else");
    }
}
