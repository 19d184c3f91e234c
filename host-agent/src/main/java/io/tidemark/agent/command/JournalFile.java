package io.tidemark.agent.command;

import java.io.IOException;

/// The journal's file. Used by one thread at a time.
interface JournalFile {
    /// All bytes; none where there is no file yet.
    byte[] read() throws IOException;

    /// Adds bytes at the end and returns when they are durable.
    void append(byte[] bytes) throws IOException;

    /// Writes a durable second file beside the journal; the journal itself stays as it is.
    void stageReplacement(byte[] bytes) throws IOException;

    /// Puts the second file in the journal's place, in one step that is durable on return.
    void adoptReplacement() throws IOException;
}
