package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.agent.repository.log.Signatures.Signature;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A VM's log in the hands of somebody who can write to the storage, and has one host's key at most.
public final class ForgedLog {
    private final MemoryBlobs blobs;
    private final LogKey key;

    public ForgedLog(MemoryBlobs blobs, LogKey key) {
        this.blobs = blobs;
        this.key = key;
    }

    /// Changes the JSON of a record, with the digest that belongs to it. A signature stays as it was.
    public void change(long number, UnaryOperator<String> change) {
        RecordFrame frame = frame(key.name(number));
        put(key.name(number), RecordFrame.lines(change.apply(frame.json().strip())), frame.signature());
    }

    /// The same, and has all that follows fit: commits in the forger's name, which signs them.
    public void change(long number, UnaryOperator<String> change, SigningHost forger) {
        Map<String, String> digests = new HashMap<>();
        Signatures signatures = TestHosts.enrolled(blobs, key.repository(), forger);
        for (long at = number; blobs.objects.containsKey(key.name(at).text()); at++) {
            BlobName name = key.name(at);
            String before = digest(name);
            if (at == number) {
                change(number, change);
            } else {
                RecordFrame frame = frame(name);
                byte[] lines = RecordFrame.lines(retold(frame.json().strip(), digests, forger));
                put(name, lines, frame.signature().map(_ -> signatures.sign(forger.id(), lines)));
            }
            digests.put(before, digest(name));
        }
    }

    private static String retold(String json, Map<String, String> digests, SigningHost forger) {
        String retold = json.replaceFirst("\"host\":\"[^\"]*\"", "\"host\":\"" + forger.id() + "\"");
        for (Map.Entry<String, String> digest : digests.entrySet()) {
            retold = retold.replace(digest.getKey(), digest.getValue());
        }
        return retold;
    }

    /// Leaves the signature out, with the digest that belongs to the rest.
    public void dropSignature(long number) {
        put(key.name(number), frame(key.name(number)).lines(), Optional.empty());
    }

    private RecordFrame frame(BlobName name) {
        return RecordFrame.read(name.text(), Objects.requireNonNull(blobs.objects.get(name.text())));
    }

    private void put(BlobName name, byte[] lines, Optional<Signature> signature) {
        blobs.objects.put(name.text(), RecordFrame.whole(lines, signature));
    }

    private String digest(BlobName name) {
        return Digest.of(Objects.requireNonNull(blobs.objects.get(name.text()))).hex();
    }
}
