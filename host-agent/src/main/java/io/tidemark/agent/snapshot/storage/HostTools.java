package io.tidemark.agent.snapshot.storage;

import java.time.Duration;
import java.util.List;

/// Runs programs on the host whose storage it is, in the C locale and in UTC. Everything that changes storage goes
/// through it, one small step a call, so that a test can cut a mechanism off between any two of them.
public interface HostTools {
    /// The status of a program that is not there, as a shell has it.
    int NOT_FOUND = 127;

    /// Runs one program to its end, with root's rights and without a shell.
    ///
    /// An agent that dies leaves the program running: who runs one that changes a file sees to it that a second run
    /// is safe beside it.
    ///
    /// @param limit after which it is killed; [io.tidemark.agent.snapshot.SnapshotException] `timed-out`
    /// @param command the program, looked up in `PATH`, and its arguments
    Answer run(Duration limit, List<String> command);

    /// How a program ended.
    ///
    /// @param status 0 if it did what it was to do, [#NOT_FOUND] if there is none of that name
    record Answer(int status, String output, String errors) {}
}
