package io.tidemark.agent.repository.crypto;

import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;

/// A host's signing key, Ed25519, made on the host at its enrolment. It never leaves the host.
public final class HostSigner {
    private static final String HEADER = "tidemark-host-key 1";

    private final KeyPair pair;

    private HostSigner(KeyPair pair) {
        this.pair = pair;
    }

    public static HostSigner create() {
        return new HostSigner(Curve.ED25519.generate());
    }

    /// Makes a file that only its owner may read. A file that is there stays as it is.
    public void writeTo(Path file) {
        PairFile.create(file, HEADER, pair);
    }

    /// Reads the file, or makes one if there is none. It has its name once it is whole and lasts, and nothing takes
    /// its place.
    public static HostSigner readOrCreate(Path file) {
        if (!Files.exists(file)) {
            PrivateFile.createWhole(file, draft -> create().writeTo(draft));
        }
        return read(file);
    }

    public static HostSigner read(Path file) {
        return new HostSigner(PairFile.read(file, HEADER, Curve.ED25519));
    }

    public KeyId id() {
        return KeyId.of(pair.getPublic());
    }

    /// The 64 bytes of a signature that holds in this repository only.
    public byte[] sign(RepositoryId repository, byte[] message) {
        return RecordText.sign(pair, Scope.signed(repository, message));
    }

    KeyPair pair() {
        return pair;
    }
}
