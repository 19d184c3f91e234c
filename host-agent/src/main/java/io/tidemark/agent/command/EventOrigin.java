package io.tidemark.agent.command;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import java.time.Clock;
import java.util.function.Supplier;

/// Who speaks, and where ids and times of messages come from.
///
/// @param ids never the same twice
/// @param clock for people only
public record EventOrigin(HostId host, Supplier<MessageId> ids, Clock clock) {
    String source() {
        return "tidemark/agent/" + host;
    }
}
