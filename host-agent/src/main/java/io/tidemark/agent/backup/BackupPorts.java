package io.tidemark.agent.backup;

import io.tidemark.agent.guard.Guards;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.script.Scripts;
import java.time.Clock;
import java.util.function.LongSupplier;

/// What a backup works with.
///
/// @param clock for moments that people read
/// @param nanos for durations; never goes back
public record BackupPorts(
        Hypervisor hypervisor,
        Repositories repositories,
        DiskSources sources,
        Guards guards,
        Scripts scripts,
        Watches watches,
        Clock clock,
        LongSupplier nanos) {}
