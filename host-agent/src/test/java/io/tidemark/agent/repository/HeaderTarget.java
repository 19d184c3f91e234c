package io.tidemark.agent.repository;

import io.tidemark.agent.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// The header of a repository.
public final class HeaderTarget implements FuzzTarget {
    @Override
    public String name() {
        return "header";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(new Header(new UUID(1, 2), true).encode(), new Header(new UUID(-1, -2), false).encode());
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        try {
            Header header = Header.decode(bytes);
            if (!Arrays.equals(header.encode(), bytes)) {
                throw new IllegalStateException("taken as " + header);
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }
}
