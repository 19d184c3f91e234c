package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is refused before a host is asked. Pure: no clock, no I/O.
final class SnapshotRules {
    private static final int DESCRIPTION_CHARACTERS_MAX = 1024;

    private SnapshotRules() {}

    /// A kind and a mechanism that do not fit one another, or a description that is none.
    static Optional<Refused> words(SnapshotWish wish) {
        Optional<Refused> misfit = misfit("mechanism", wish.kind(), wish.mechanism());
        if (misfit.isPresent()) {
            return misfit;
        }
        String description = wish.description();
        if (description != null && description.length() > DESCRIPTION_CHARACTERS_MAX) {
            return malformed(
                    "description",
                    "at most " + DESCRIPTION_CHARACTERS_MAX + " characters",
                    Integer.toString(description.length()));
        }
        if (description != null && description.indexOf('\0') >= 0) {
            return malformed("description", "text without NUL", "text with it");
        }
        return wish.mechanisms().entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .flatMap(each -> misfit("mechanisms." + each.getKey(), wish.kind(), each.getValue()).stream())
                .findFirst();
    }

    private static Optional<Refused> misfit(
            String field, @Nullable SnapshotKind kind, @Nullable SnapshotMechanism mechanism) {
        if (kind == null || mechanism == null || mechanism.kind() == kind) {
            return Optional.empty();
        }
        String fitting = Arrays.stream(SnapshotMechanism.values())
                .filter(each -> each.kind() == kind)
                .map(SnapshotMechanism::code)
                .collect(Collectors.joining(", "));
        return Optional.of(new Refused(
                FailureReason.KIND_UNAVAILABLE,
                new Refusal.Invalid(
                        field,
                        "one that gives " + kind.code() + ": " + fitting,
                        mechanism.code() + ", which gives " + mechanism.kind().code())));
    }

    /// A name that another snapshot of the same VM has, or one of a same volume.
    ///
    /// @param others those of the VM, or of the host's volumes that no VM has
    static Optional<Refused> name(SnapshotOrder order, List<Snapshot> others) {
        return others.stream()
                .filter(other -> other.state().isKept() && other.order().name().equals(order.name()))
                .filter(other -> other.vm() != null || sharesAVolume(other.order(), order))
                .findFirst()
                .map(other -> new Refused(
                        FailureReason.NAME_TAKEN,
                        new Refusal.Conflict(
                                "name",
                                "one that no other snapshot has (name-taken)",
                                "\"" + order.name() + "\" of snapshot " + other.id())));
    }

    private static boolean sharesAVolume(SnapshotOrder one, SnapshotOrder other) {
        Set<String> paths = paths(one).collect(Collectors.toSet());
        return paths(other).anyMatch(paths::contains);
    }

    private static Stream<String> paths(SnapshotOrder order) {
        return order.volumes().stream().map(VolumeOrder::path).flatMap(Stream::ofNullable);
    }

    /// A snapshot that is not there, or with which something is being done.
    static Optional<Refused> state(Snapshot snapshot) {
        return switch (snapshot.state()) {
            case PRESENT -> Optional.empty();
            case CREATING, REVERTING, DELETING ->
                Optional.of(new Refused(
                        FailureReason.DOMAIN_BUSY,
                        new Refusal.Conflict(
                                "snapshot " + snapshot.id(),
                                "one with which nothing else is being done",
                                "one in state " + snapshot.state().code())));
            case DELETED, FAILED ->
                Optional.of(new Refused(
                        FailureReason.NO_SUCH_SNAPSHOT,
                        new Refusal.Conflict(
                                "snapshot " + snapshot.id(),
                                "one that is there (no-such-snapshot)",
                                snapshot.state() == SnapshotState.DELETED
                                        ? "that it was deleted"
                                        : "that it was never taken")));
        };
    }

    /// The newest restore point of the VM, if it was taken after the snapshot: what it holds is lost to the VM
    /// by a revert.
    static Optional<Refused> newerPoint(Snapshot snapshot, List<RestorePoint> points) {
        Taken taken = snapshot.taken();
        return points.stream()
                .filter(point -> taken != null && point.takenAt().isAfter(taken.takenAt()))
                .max(Comparator.comparing(RestorePoint::takenAt))
                .map(point -> new Refused(
                        FailureReason.NEWER_RESTORE_POINT,
                        new Refusal.Conflict(
                                "snapshot " + snapshot.id() + " of " + (taken == null ? "" : taken.takenAt()),
                                "no newer restore point of the VM, or force (newer-restore-point)",
                                "restore point " + point.id() + " of " + point.takenAt())));
    }

    static Optional<Refused> malformed(String field, String expected, String found) {
        return Optional.of(new Refused(FailureReason.MESSAGE_MALFORMED, new Refusal.Invalid(field, expected, found)));
    }
}
