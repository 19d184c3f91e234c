package io.tidemark.agent.repository.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;

/// What {@link FolderFiles} asks of a file system, a step of it a call, so that a test can put one in its place
/// that loses power or fails at each. Errors are those of `java.nio.file`.
interface FolderSystem {
    void createFolders(Path folder) throws IOException;

    /// False also if it cannot be told.
    boolean isFolder(Path path);

    /// Makes a file of a name that is nobody else's.
    Path createTemporary(Path folder, String prefix) throws IOException;

    FileChannel open(Path file, OpenOption... options) throws IOException;

    /// Gives an open or closed file one more name, if that is free.
    void link(Path name, Path file) throws IOException;

    /// Puts the names in a folder on stable storage.
    void forceFolder(Path folder) throws IOException;

    boolean deleteIfExists(Path file) throws IOException;

    /// In any order. What fails while they are told may be unchecked, as of `Files.list`.
    List<String> names(Path folder) throws IOException;
}
