package io.tidemark.agent.guard;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A line to the guard.
public final class GuardLineTarget implements FuzzTarget {
    @Override
    public String name() {
        return "guard-line";
    }

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        new GuardLine.Watch(new DomainUuid(new UUID(1, 2)), new RestorePointId(new UUID(3, 4)), 30_000),
                        new GuardLine.Watch(new DomainUuid(new UUID(1, 2)), null, 30_000),
                        new GuardLine.Frozen(500),
                        new GuardLine.Paused(500),
                        new GuardLine.Resumed(),
                        new GuardLine.Job(1 << 20, false),
                        new GuardLine.Job(0, true),
                        new GuardLine.Renew(30_000),
                        new GuardLine.Done())
                .map(line -> line.text().getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        GuardLine line;
        try {
            line = GuardLine.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return false;
        }
        if (!GuardLine.parse(line.text()).equals(line)) {
            throw new IllegalStateException("another line when written again: " + line.text());
        }
        return true;
    }
}
