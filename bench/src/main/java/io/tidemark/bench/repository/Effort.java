package io.tidemark.bench.repository;

/// What one side's work took in one round.
///
/// @param coreSeconds of this JVM for ours, of the programs for theirs
/// @param storedBytes in the side's output afterwards; 0 where it has none
record Effort(double wallSeconds, double coreSeconds, long storedBytes) {}
