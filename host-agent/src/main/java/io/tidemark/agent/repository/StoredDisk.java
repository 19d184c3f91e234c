package io.tidemark.agent.repository;

/// A disk of a committed point. `newBytes` counts the guest's bytes that this point had to store, `storedBytes`
/// what they took after compression.
public record StoredDisk(DiskDescription description, long newBytes, long storedBytes) {}
