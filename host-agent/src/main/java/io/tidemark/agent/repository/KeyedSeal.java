package io.tidemark.agent.repository;

import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.log.ContentSeal;
import io.tidemark.schemas.id.RestorePointId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Seals the content of commits with a repository's keys, each bound to its point.
record KeyedSeal(RepositoryKeys keys) implements ContentSeal {
    @Override
    public boolean isSealing() {
        return keys.isProtecting();
    }

    @Override
    public boolean canOpen() {
        return keys.canOpen();
    }

    @Override
    public byte[] seal(RestorePointId point, byte[] plain) {
        return keys.sealText(plain, context(point));
    }

    @Override
    public Optional<byte[]> open(RestorePointId point, byte[] sealed) {
        return keys.canOpen() ? Optional.of(keys.openText(sealed, context(point))) : Optional.empty();
    }

    private static byte[] context(RestorePointId point) {
        return ("commit of point " + point).getBytes(StandardCharsets.UTF_8);
    }
}
