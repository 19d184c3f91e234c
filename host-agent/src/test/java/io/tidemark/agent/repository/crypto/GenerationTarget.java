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
import java.util.Arrays;
import java.util.List;

/// The JSON of a first generation of keys or of the next, signed by the root key of the first, and what its owner
/// makes of it; and the same bytes with nothing but a right digest.
public final class GenerationTarget implements FuzzTarget {
    private static final RepositoryId REPOSITORY = Keyrings.REPOSITORY;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final GenerationKeys keys = goldenKeys(1);
    private final GenerationKeys nextKeys = goldenKeys(2);
    private final RecoveryKey recovery = RecoveryKey.read(Keyrings.goldenFile("recovery.key"));
    private final Credential owner = Keyrings.passphrase("of the owner");
    private final byte[] first = Generation.first(REPOSITORY, keys, owner, recovery.publicHalf());
    private final Generation firstGeneration = Generation.read(REPOSITORY, 1, first, null);

    /// The same ones in each process, so that what one has written another takes.
    private static GenerationKeys goldenKeys(int number) {
        GenerationKeys golden = Keyrings.golden()
                .keyring
                .unlock(Keyrings.passphrase("of the next owner"))
                .requireOwned();
        return new GenerationKeys(
                GenerationKeys.use(REPOSITORY, number), golden.secret(), golden.sealing(), golden.root());
    }

    @Override
    public String name() {
        return "generation";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] next = firstGeneration.next(keys, nextKeys, owner, recovery.publicHalf());
        return List.of(json(first), json(next), json(Generation.unprotected(REPOSITORY)));
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

    private boolean isRead(byte[] record) {
        return isRead(1, record) || isRead(2, record);
    }

    private boolean isRead(int number, byte[] record) {
        try {
            Generation taken = Generation.read(REPOSITORY, number, record, number == 1 ? null : firstGeneration);
            if (taken.number() != number) {
                throw new IllegalStateException("taken as generation " + taken.number());
            }
            if (taken.isProtecting()) {
                open(taken, number == 1 ? keys : nextKeys);
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private void open(Generation taken, GenerationKeys own) {
        GenerationKeys opened = taken.keys(own.secret());
        byte[] idKey = taken.idKey(opened.writeSecret());
        if (!Arrays.equals(taken.idKeyForRecovery(recovery.pair()), idKey)) {
            throw new IllegalStateException("the recovery key opens another id key");
        }
        taken.publicKey();
        taken.recoveryKey();
        taken.wraps();
        if (taken.number() > 1 && !Arrays.equals(taken.previousSecret(own.secret()), keys.secret())) {
            throw new IllegalStateException("another secret of the generation before");
        }
    }
}
