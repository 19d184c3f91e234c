package io.tidemark.orchestrator.outbox;

import java.time.Duration;

/// Where the broker is and how topics are made.
///
/// @param retention how long what is kept by time is kept
/// @param tableSegment the age at which a table's segment is closed, so that it can be compacted
/// @param tableDirtyRatio the share of a table's log that is superseded before it is compacted, 0 to 1
public record BrokerSettings(
        String bootstrapServers,
        int replicationFactor,
        Duration retention,
        Duration tableSegment,
        double tableDirtyRatio) {
    public BrokerSettings {
        if (replicationFactor < 1 || tableDirtyRatio < 0 || tableDirtyRatio > 1) {
            throw new IllegalArgumentException(
                    "topics: expected a replication from 1 and a dirty ratio of 0 to 1, found " + replicationFactor
                            + " and " + tableDirtyRatio);
        }
    }
}
