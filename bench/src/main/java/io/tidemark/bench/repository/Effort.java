package io.tidemark.bench.repository;

/// What one side's work took in one round.
///
/// @param coreSeconds of the programs that the side ran to their end, and of this JVM for ours
/// @param storedBytes in the side's output afterwards; 0 where it has none
record Effort(double wallSeconds, double coreSeconds, long storedBytes) {}
