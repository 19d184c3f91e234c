package io.tidemark.agent.repository.blob;

import java.io.IOException;
import java.nio.file.Path;

/// What befalls the calls to a [MemoryFolders].
interface Disturbance {
    /// What is called.
    enum Operation {
        CREATE_FOLDERS,
        LOOK,
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        CLOSE,
        LINK,
        FORCE_FOLDER,
        DELETE,
        LIST;

        boolean changes() {
            return switch (this) {
                case LOOK, OPEN, READ, CLOSE, LIST -> false;
                case CREATE_FOLDERS, CREATE, WRITE, FORCE, LINK, FORCE_FOLDER, DELETE -> true;
            };
        }
    }

    Disturbance NONE = (_, _) -> {};

    /// Throws in place of the call.
    void before(Operation operation, Path file) throws IOException;

    /// Throws after the call was done: its answer is lost.
    default void after(Operation operation, Path file) throws IOException {}

    /// How many of so many bytes one reading or writing moves; 0 is the end of the file.
    default int moved(Operation operation, int bytes) {
        return bytes;
    }
}
