package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A host as last heard.
///
/// @param session the session whose events count; null before the agent's first start
/// @param leaseUntil when the granted session may start nothing new any more; null without a session
public record Host(
        HostId id,
        String name,
        Instant enrolledAt,
        @Nullable SessionId session,
        @Nullable Instant leaseUntil,
        @Nullable Instant lastHeardAt,
        boolean hypervisorReachable,
        @Nullable String agentVersion,
        long revision) {
    /// Whether the host's agent may be given work now.
    public boolean isGranted(Instant now) {
        return session != null && leaseUntil != null && now.isBefore(leaseUntil);
    }
}
