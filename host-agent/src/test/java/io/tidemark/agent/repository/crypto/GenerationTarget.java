package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.schemas.id.RepositoryId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The JSON of a first generation of keys, signed by the root key of the seed; and the same bytes with nothing but
/// a right digest.
public final class GenerationTarget implements FuzzTarget {
    private static final RepositoryId REPOSITORY = new RepositoryId("cellar");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final GenerationKeys keys = GenerationKeys.fresh(REPOSITORY, 1);
    private final byte[] first = Generation.first(
            REPOSITORY,
            keys,
            Keyrings.passphrase("of the owner"),
            RecoveryKey.create().publicHalf());

    @Override
    public String name() {
        return "generation";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(json(first), json(Generation.unprotected(REPOSITORY)));
    }

    private static byte[] json(byte[] record) {
        return Keyrings.bytes(
                new String(record, StandardCharsets.UTF_8).lines().toList().get(1));
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return isRead(framed(bytes)) || isReadSigned(new String(bytes, StandardCharsets.UTF_8));
    }

    private boolean isReadSigned(String json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode object
                    && isRead(RecordText.write(Generation.HEADER, object, keys.root()));
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }

    private static byte[] framed(byte[] json) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Keyrings.bytes(Generation.HEADER + "\n"));
        bytes.writeBytes(json);
        bytes.writeBytes(Keyrings.bytes("\n"));
        bytes.writeBytes(Keyrings.bytes("sha256 " + Digest.of(bytes.toByteArray()) + "\n"));
        return bytes.toByteArray();
    }

    private static boolean isRead(byte[] record) {
        try {
            Generation taken = Generation.read(REPOSITORY, 1, record, null);
            if (taken.number() != 1) {
                throw new IllegalStateException("taken as generation " + taken.number());
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }
}
