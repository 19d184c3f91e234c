package io.tidemark.agent.backup;

import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.Optional;
import java.util.function.Supplier;

/// What became of an attempt, as the repository's log says.
sealed interface AttemptOutcome {
    /// The point exists.
    record Committed(RestorePoint point) implements AttemptOutcome {}

    /// The point does not exist and never will: the attempt is closed.
    record Uncommitted() implements AttemptOutcome {}

    /// The log could not be asked, so that whatever a commit may need has to be kept.
    record Unknown(BackupFailure why) implements AttemptOutcome {}

    /// Closes the attempt, after which it can no longer commit, and only then looks for its commit.
    static AttemptOutcome of(Supplier<Repository> repository, StartBackup command, Attempt attempt) {
        try {
            Repository found = repository.get();
            found.closeAttempt(command.vm(), attempt);
            Optional<CommitReceipt> receipt = found.committed(command.vm(), attempt);
            if (receipt.isEmpty()) {
                return new Uncommitted();
            }
            return found.points(command.vm()).stream()
                    .filter(point -> point.key().point().equals(command.point()))
                    .findFirst()
                    .<AttemptOutcome>map(Committed::new)
                    .orElseGet(() -> new Unknown(removed(command)));
        } catch (RepositoryException unreachable) {
            return new Unknown(BackupFailure.of(unreachable));
        }
    }

    private static BackupFailure removed(StartBackup command) {
        return new BackupFailure(
                FailureReason.NO_SUCH_RESTORE_POINT,
                "point " + command.point() + ": expected it in the repository, found it committed and removed since");
    }
}
