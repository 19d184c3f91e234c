package io.tidemark.orchestrator.policy;

import static java.util.stream.Collectors.groupingBy;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.snapshot.SnapshotService.Story;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.orchestrator.snapshot.SnapshotTask;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Gives up the snapshots of each policy in force beyond the newest that it keeps of each VM. Those that people and
/// clients asked for are never among them, nor those of a policy that is disabled or was deleted.
///
/// One goes at a time of each VM, the oldest first; what could not be given up is tried again after a while.
@ApplicationScoped
final class SnapshotRetention {
    private static final Duration RETRY_AFTER = Duration.ofMinutes(10);

    private final Policies policies;
    private final PolicySnapshots snapshots;
    private final Transactions transactions;
    private final Clock clock;

    SnapshotRetention(Policies policies, PolicySnapshots snapshots, Transactions transactions, Clock clock) {
        this.policies = policies;
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// The unit of work is one policy.
    void apply() {
        for (PolicyStatus status : transactions.call(policies::all)) {
            Policy.Terms terms = status.policy().terms();
            if (terms.enabled() && terms.purpose() instanceof Snapshots) {
                transactions.run(() -> beyond(snapshots.kept(status.policy().id()), terms.keepLast(), clock.instant())
                        .forEach(snapshots::giveUp));
            }
        }
    }

    /// What is to go now, of each VM at most one.
    static List<SnapshotId> beyond(List<Story> ofPolicy, int keepLast, Instant now) {
        return ofPolicy.stream()
                .collect(groupingBy(
                        story -> Objects.requireNonNull(story.snapshot().vm())))
                .entrySet()
                .stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().toString())) // locks in one order
                .flatMap(entry -> oldestBeyond(entry.getValue(), keepLast, now).stream())
                .toList();
    }

    private static Optional<SnapshotId> oldestBeyond(List<Story> ofVm, int keepLast, Instant now) {
        if (ofVm.stream().anyMatch(story -> story.snapshot().state() == SnapshotState.DELETING)) {
            return Optional.empty();
        }
        List<Story> newestFirst = ofVm.stream()
                .filter(story -> story.snapshot().state() == SnapshotState.PRESENT)
                .sorted(Comparator.comparing(SnapshotRetention::takenAt).reversed())
                .toList();
        return newestFirst.stream()
                .skip(keepLast)
                .filter(story -> !hasJustFailed(story, now))
                .reduce((_, older) -> older)
                .map(story -> story.snapshot().id());
    }

    private static Instant takenAt(Story story) {
        return Objects.requireNonNull(story.snapshot().taken()).takenAt();
    }

    private static boolean hasJustFailed(Story story, Instant now) {
        return story.tasks().stream()
                .filter(task -> task.action() == SnapshotAction.DELETE)
                .map(SnapshotTask::times)
                .anyMatch(times -> times.endedAt() != null
                        && times.endedAt().plus(RETRY_AFTER).isAfter(now));
    }
}
