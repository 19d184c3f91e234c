package io.tidemark.agent.command;

import java.time.Duration;

/// How much work the agent takes on.
///
/// @param runningMax commands carried out at once
/// @param waitingMax commands accepted and not begun; more are refused
/// @param settleEvery the pause before a command of an earlier life is asked about again
/// @param settleTriesMax how often; after that it is left to the next start
public record CommandLimits(int runningMax, int waitingMax, Duration settleEvery, int settleTriesMax) {
    public CommandLimits {
        if (runningMax < 1 || waitingMax < 1 || settleTriesMax < 1) {
            throw new IllegalArgumentException("command limits: expected all from 1, found " + runningMax + " running, "
                    + waitingMax + " waiting, " + settleTriesMax + " tries");
        }
    }
}
