package io.tidemark.agent.repository.log;

import io.tidemark.schemas.id.RestorePointId;
import java.util.Optional;

/// Seals what a commit says of names, domain and images, apart from its shape. Safe for use by many threads.
public interface ContentSeal {
    /// Of a repository without protection.
    ContentSeal NONE = new ContentSeal() {
        @Override
        public boolean isSealing() {
            return false;
        }

        @Override
        public boolean canOpen() {
            return true;
        }

        @Override
        public byte[] seal(RestorePointId point, byte[] plain) {
            return plain;
        }

        @Override
        public Optional<byte[]> open(RestorePointId point, byte[] sealed) {
            return Optional.of(sealed);
        }
    };

    /// Whether records hold their content sealed; one in the clear is refused then.
    boolean isSealing();

    boolean canOpen();

    byte[] seal(RestorePointId point, byte[] plain);

    /// Empty for whoever lacks the key. Bytes that were not sealed for this point are damaged.
    Optional<byte[]> open(RestorePointId point, byte[] sealed);
}
