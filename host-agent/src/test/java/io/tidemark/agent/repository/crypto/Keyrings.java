package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// A protected repository in memory, with a passphrase that is cheap to try, and a pack in it.
final class Keyrings {
    static final RepositoryId REPOSITORY = new RepositoryId("cellar");
    static final PackId PACK = new PackId(new SessionId(new UUID(1, 2)), 3);

    static final HostId GOLDEN_HOST = new HostId(new UUID(5, 6));

    private static final List<String> GOLDEN_OBJECTS =
            List.of("keys/generation-1", "keys/generation-2", "keys/wrap-1", "keys/host-" + GOLDEN_HOST + "-1");
    private static final Argon2Cost CHEAP = new Argon2Cost(8, 1, 1);

    final MemoryBlobs blobs = new MemoryBlobs();
    final Keyring keyring = new Keyring(blobs, REPOSITORY);
    final RecoveryKey recovery = RecoveryKey.create();

    /// The golden one, which has no recovery key of its own.
    static Keyrings golden() {
        Keyrings golden = new Keyrings();
        for (String object : GOLDEN_OBJECTS) {
            try {
                golden.blobs.objects.put(object, Files.readAllBytes(goldenFile(object + ".txt")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return golden;
    }

    static Path goldenFile(String name) {
        try {
            return Path.of(Objects.requireNonNull(Keyrings.class.getResource("/repository-crypto/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Creates the keyring with a full passphrase.
    RepositoryKeys created(String passphrase) {
        return keyring.create(passphrase(passphrase), recovery.publicHalf());
    }

    /// Adds a passphrase that is good for writing only, and unlocks with it.
    RepositoryKeys writeOnly(RepositoryKeys full) {
        keyring.add(full, passphrase("of the agent"), Keyring.Role.WRITE_ONLY);
        return keyring.unlock(passphrase("of the agent"));
    }

    static Credential passphrase(String text) {
        return Credential.ofPassphrase(text.toCharArray(), CHEAP);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static EntryLabel label(PackId pack, int entry) {
        return new EntryLabel(pack, entry, 1, 65_536, Digest.of(bytes("chunk")));
    }

    static byte[] seal(PackSealer sealer, EntryLabel label, byte[] plain) {
        byte[] out = new byte[plain.length + PackSealer.MORE_BYTES];
        int length = sealer.seal(label, plain, plain.length, out);
        return Arrays.copyOf(out, length);
    }

    static byte[] open(PackOpener opener, EntryLabel label, byte[] sealed) {
        return opener.open(label, sealed, 0, sealed.length);
    }

    static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return copy;
    }
}
