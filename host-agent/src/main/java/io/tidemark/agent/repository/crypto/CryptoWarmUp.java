package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.schemas.id.RepositoryId;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Has the JVM compile AES-GCM. Called with large buffers only, it seals below 0.3 GB/s for its first gigabyte;
/// after many small ones it is at its full speed. Observed with JDK 25.
public final class CryptoWarmUp {
    private static final int ENTRIES = 60_000;
    private static final int ENTRY_BYTES = 4096;

    private CryptoWarmUp() {}

    /// Takes about a second of one core, once a process, before the first backup.
    public static void run() {
        KeyPair pair = Curve.X25519.generate();
        var keys = new RepositoryKeys(
                new RepositoryId("warm-up"),
                new IdKey(Bytes.random(IdKey.LENGTH_BYTES)),
                new RepositoryKeys.Recipients(1, List.of(pair.getPublic())),
                Map.of(KeyId.of(pair.getPublic()), pair.getPrivate()),
                null);
        PackId pack = new PackId(new SessionId(new UUID(0, 0)), 0);
        PackSealer sealer = keys.sealer(pack);
        PackOpener opener = keys.opener(pack, sealer.keySection());
        byte[] plain = new byte[ENTRY_BYTES];
        byte[] sealed = new byte[ENTRY_BYTES + PackSealer.MORE_BYTES];
        Digest id = keys.ids().of(plain, 0, plain.length);
        for (int entry = 0; entry < ENTRIES; entry++) {
            EntryLabel label = new EntryLabel(pack, entry, 0, plain.length, id);
            int length = sealer.seal(label, plain, plain.length, sealed);
            opener.open(label, sealed, 0, length);
        }
    }
}
