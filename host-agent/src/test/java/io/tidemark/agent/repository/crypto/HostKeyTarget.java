package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.id.HostId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HexFormat;
import java.util.List;

/// The JSON of a host's key, signed as if by the key in it; and the same bytes as a whole record.
public final class HostKeyTarget implements FuzzTarget {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HostId HOST = TestHosts.SELF.id();
    private static final HostSigner SIGNER = TestHosts.SELF.signer();
    private static final BlobName NAME = new BlobName("keys/host-" + HOST + "-1");

    private final RepositoryKeys writer = Keyrings.golden().keyring.unlock(Keyrings.passphrase("of the agent"));

    @Override
    public String name() {
        return "host-key";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(json(record(writer)), json(record(RepositoryKeys.none())), record(writer));
    }

    private static byte[] record(RepositoryKeys keys) {
        MemoryBlobs blobs = new MemoryBlobs();
        new HostKeys(blobs, Keyrings.REPOSITORY).enrol(keys, HOST, SIGNER);
        return blobs.read(NAME, RecordText.BYTES_MAX).orElseThrow();
    }

    private static byte[] json(byte[] record) {
        return Keyrings.bytes(
                new String(record, StandardCharsets.UTF_8).lines().toList().get(1));
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return isReadByAny(bytes) || isReadSigned(new String(bytes, StandardCharsets.UTF_8));
    }

    private boolean isReadSigned(String json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode object
                    && isReadByAny(RecordText.write(Generation.HEADER, object, signer(object)));
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }

    /// A pair of the public key in the record and a private key that is its own in no record but a seed's.
    private static KeyPair signer(ObjectNode json) {
        try {
            byte[] raw = HexFormat.of().parseHex(json.path("publicKey").asText());
            return new KeyPair(Curve.ED25519.publicKey(raw), SIGNER.pair().getPrivate());
        } catch (IllegalArgumentException noKey) {
            return SIGNER.pair();
        }
    }

    private boolean isReadByAny(byte[] record) {
        boolean isVouched = isRead(record, writer);
        boolean isThere = isRead(record, RepositoryKeys.none());
        if (isVouched && !isThere) {
            throw new IllegalStateException("refused by whoever checks less");
        }
        return isThere;
    }

    private static boolean isRead(byte[] record, RepositoryKeys keys) {
        MemoryBlobs blobs = new MemoryBlobs();
        blobs.createIfAbsent(NAME, record);
        try {
            HostKey key =
                    new HostKeys(blobs, Keyrings.REPOSITORY).of(HOST, keys).getFirst();
            byte[] signature = SIGNER.sign(Keyrings.REPOSITORY, record);
            if (key.hasSigned(record, signature) != key.id().equals(SIGNER.id())) {
                throw new IllegalStateException("taken for " + key);
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }
}
