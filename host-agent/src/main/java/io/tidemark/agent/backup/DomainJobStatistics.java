package io.tidemark.agent.backup;

/// Figures of a running backup job, in bytes. `scratchUsedBytes` may stand still once the scratch space is full.
public record DomainJobStatistics(long scratchUsedBytes, long scratchTotalBytes) {}
