package io.tidemark.agent.snapshot.storage;

import java.time.Duration;
import java.util.List;

/// Programs of a host whose caller dies at one of the calls, before the program has run or after it.
///
/// Counts the calls that were made, so that a test knows when there was none to die at.
final class DyingTools implements HostTools {
    private final HostTools real;
    private final int fatalCall;
    private final boolean isRunFirst;
    private int calls;

    /// @param fatalCall at which it dies, from 1
    /// @param isRunFirst whether the program still runs to its end then
    DyingTools(HostTools real, int fatalCall, boolean isRunFirst) {
        this.real = real;
        this.fatalCall = fatalCall;
        this.isRunFirst = isRunFirst;
    }

    @Override
    public Answer run(Duration limit, List<String> command) {
        calls++;
        if (calls == fatalCall && !isRunFirst) {
            throw new Death(command);
        }
        Answer answer = real.run(limit, command);
        if (calls == fatalCall) {
            throw new Death(command);
        }
        return answer;
    }

    /// The process is gone: nobody catches it but the test.
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        private Death(List<String> command) {
            super("died at " + command);
        }
    }
}
