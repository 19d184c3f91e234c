package io.tidemark.orchestrator.query;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the catalog knows under the VM's lock.
///
/// @param fresh an id that no question was sent with
record EpochFacts(Epochal epoch, Reach reach, QueryId fresh, Instant now) {
    /// The epoch as it is stored.
    sealed interface Epochal {}

    record Live(String token, Instant validSince) implements Epochal {}

    record Ended(Reason reason, @Nullable String detail) implements Epochal {}

    /// Whether the VM's host may be asked.
    sealed interface Reach {
        /// Null if the VM is on none.
        @Nullable
        HostId host();
    }

    record Heard(HostId host, SessionId session) implements Reach {}

    record Silent(@Nullable HostId host, String why) implements Reach {}
}
