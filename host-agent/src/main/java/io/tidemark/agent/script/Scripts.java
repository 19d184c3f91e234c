package io.tidemark.agent.script;

import io.tidemark.schemas.id.RestorePointId;
import java.io.Closeable;
import java.util.List;
import java.util.function.Consumer;

/// The scripts around a freeze. Whatever `pre-freeze` was begun for is remembered across the agent's death until
/// its `post-thaw` was run. Safe for use by many threads, as long as no two calls for one point run at once.
public interface Scripts {
    /// Looks at both scripts of the set, remembers that `post-thaw` is due, and runs `pre-freeze` to its end. A
    /// [ScriptException] says what is wrong with the set, and then nothing is due, or how `pre-freeze` ended, and
    /// then `post-thaw` is due all the same.
    ///
    /// @param running takes what kills the script if it is closed; without effect once it has ended
    void preFreeze(ScriptOrder order, Consumer<Closeable> running);

    /// Runs the point's `post-thaw` if it is due, and forgets it whatever came of it. A failure is logged, not
    /// thrown. Safe to call twice.
    PostThaw postThaw(RestorePointId point, Result result);

    /// The points whose `post-thaw` is due, of this process and of earlier ones.
    List<RestorePointId> due();

    /// What became of the point, as `TIDEMARK_RESULT` tells `post-thaw`.
    enum Result {
        /// Its moment was taken.
        TAKEN,
        /// It was not, or not to be used: the attempt failed or was cancelled.
        FAILED,
        /// The agent ended in between; nobody knows.
        INTERRUPTED
    }

    /// What became of a `post-thaw`.
    enum PostThaw {
        NOT_DUE,
        DONE,
        FAILED
    }
}
