package io.tidemark.agent.repository.blob;

import java.nio.file.attribute.FileTime;

/// Tells whether a name still stands for the file that was looked at before.
///
/// @param key the file system's own identity of the file
public record FileStamp(String key, long sizeBytes, FileTime modified) {}
