package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The JSON of a wrap, which is tried with a passphrase and a key file where that is cheap. What a passphrase costs
/// comes from the wrap, so a cost beyond the limits must be refused as it is read.
public final class WrapTarget implements FuzzTarget {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String USE = GenerationKeys.use(Keyrings.REPOSITORY, 1);
    private static final int CHEAP_KIB_MAX = 64;
    private static final int CHEAP_PASSES_MAX = 2;

    private final Credential passphrase = Keyrings.passphrase("of the owner");
    private final Credential keyFile = keyFile();

    private static Credential keyFile() {
        try {
            Path file = Files.createTempFile("fuzz", ".key");
            try {
                Files.write(file, new byte[32]);
                return Credential.readKeyFile(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "wrap";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                seed(Keyring.Role.FULL, passphrase),
                seed(Keyring.Role.WRITE_ONLY, passphrase),
                seed(Keyring.Role.FULL, keyFile));
    }

    private static byte[] seed(Keyring.Role role, Credential credential) {
        var content = Wrap.Content.of(
                role, new byte[Wrap.SECRET_BYTES], Curve.ED25519.generate().getPublic());
        return Keyrings.bytes(Wrap.seal(USE, role, credential, content).json().toString());
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        ObjectNode json = object(bytes);
        try {
            Wrap wrap = read(json);
            ObjectNode again = wrap.json();
            if (!read(again).json().equals(again)) {
                throw new IllegalStateException("another wrap when written again: " + again);
            }
            tried(wrap, again);
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    /// An empty one for what is no JSON object.
    private static ObjectNode object(byte[] bytes) {
        try {
            return JSON.readTree(new String(bytes, StandardCharsets.UTF_8)) instanceof ObjectNode object
                    ? object
                    : RecordText.newObject();
        } catch (JsonProcessingException notJson) {
            return RecordText.newObject();
        }
    }

    private static Wrap read(ObjectNode json) {
        byte[] record = RecordText.write(Generation.HEADER, json, null);
        return Wrap.read(RecordText.read("wrap", Generation.HEADER, record).fields());
    }

    private void tried(Wrap wrap, ObjectNode json) {
        long memoryKib = json.path("memoryKib").asLong();
        long passes = json.path("passes").asLong();
        if (memoryKib > Argon2Cost.MEMORY_KIB_MAX
                || passes > Argon2Cost.PASSES_MAX
                || json.path("lanes").asLong() > Argon2Cost.LANES_MAX) {
            throw new IllegalStateException("taken at a cost of " + json);
        }
        if (memoryKib <= CHEAP_KIB_MAX && passes <= CHEAP_PASSES_MAX) {
            boolean isOpened = wrap.open(USE, passphrase).isPresent();
            if (isOpened && wrap.open(USE, keyFile).isPresent()) {
                throw new IllegalStateException("two credentials open one wrap");
            }
        }
    }
}
