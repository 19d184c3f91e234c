package io.tidemark.orchestrator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVm;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotRulesTest {
    private static SnapshotWish wish(
            @Nullable SnapshotKind kind,
            @Nullable SnapshotMechanism mechanism,
            Map<String, SnapshotMechanism> single,
            @Nullable String description) {
        return new SnapshotWish(
                new OfVm(null, "web", null), null, description, kind, mechanism, single, true, false, null, null);
    }

    @ParameterizedTest
    @EnumSource(SnapshotMechanism.class)
    void mechanismFitsItsOwnKindOnly(SnapshotMechanism mechanism) {
        assertThat(SnapshotRules.words(wish(mechanism.kind(), mechanism, Map.of(), null)))
                .isEmpty();
        assertThat(SnapshotRules.words(wish(null, mechanism, Map.of(), null))).isEmpty();
        assertThat(SnapshotKind.values())
                .filteredOn(kind -> kind != mechanism.kind())
                .allSatisfy(kind -> assertThat(SnapshotRules.words(wish(kind, mechanism, Map.of(), null)))
                        .hasValueSatisfying(
                                refused -> assertThat(refused.reason()).isEqualTo(FailureReason.KIND_UNAVAILABLE)));
    }

    @Test
    void refusalNamesWhatWouldGiveTheKind() {
        assertThat(told(SnapshotRules.words(wish(
                        SnapshotKind.OVERLAY_RECEIVES_WRITES, null, Map.of("vdb", SnapshotMechanism.LVM_THIN), null))))
                .isEqualTo("mechanisms.vdb: expected one that gives overlay-receives-writes: qcow2-overlay, found"
                        + " lvm-thin, which gives base-modified-cow");
    }

    @Test
    void descriptionHasALimit() {
        assertThat(SnapshotRules.words(wish(null, null, Map.of(), "x".repeat(1024))))
                .isEmpty();
        assertThat(told(SnapshotRules.words(wish(null, null, Map.of(), "x".repeat(1025)))))
                .isEqualTo("description: expected at most 1024 characters, found 1025");
        assertThat(told(SnapshotRules.words(wish(null, null, Map.of(), "a\0b"))))
                .isEqualTo("description: expected text without NUL, found text with it");
    }

    @ParameterizedTest
    @EnumSource(SnapshotState.class)
    void nameIsTakenAsLongAsSomethingMayBeThere(SnapshotState state) {
        Optional<Refused> refused =
                SnapshotRules.name(SomeSnapshot.order("a"), List.of(SomeSnapshot.of(1, "a", state)));

        assertThat(refused.isPresent()).isEqualTo(state.isKept());
        assertThat(refused.stream().map(Refused::reason)).allMatch(FailureReason.NAME_TAKEN::equals);
        assertThat(SnapshotRules.name(SomeSnapshot.order("b"), List.of(SomeSnapshot.of(1, "a", state))))
                .isEmpty();
    }

    @Test
    void volumesThatNoVmHasShareANameOnlyIfTheyAreTheSame() {
        Snapshot ofOne = new Snapshot(
                new SnapshotId(new UUID(0, 1)),
                null,
                new HostId(new UUID(0, 2)),
                SomeSnapshot.order("a", volume("/srv/one")),
                SnapshotState.PRESENT,
                null,
                SomeSnapshot.TAKEN);

        assertThat(SnapshotRules.name(SomeSnapshot.order("a", volume("/srv/one")), List.of(ofOne)))
                .isPresent();
        assertThat(SnapshotRules.name(SomeSnapshot.order("a", volume("/srv/two")), List.of(ofOne)))
                .isEmpty();
    }

    private static VolumeOrder volume(String path) {
        return new VolumeOrder(null, path, null, null);
    }

    @ParameterizedTest
    @EnumSource(SnapshotState.class)
    void onlyOneThatIsThereAndAtRestIsRevertedToOrDeleted(SnapshotState state) {
        assertThat(SnapshotRules.state(SomeSnapshot.of(1, "a", state)).map(Refused::reason))
                .isEqualTo(
                        switch (state) {
                            case PRESENT -> Optional.empty();
                            case CREATING, REVERTING, DELETING -> Optional.of(FailureReason.DOMAIN_BUSY);
                            case DELETED, FAILED -> Optional.of(FailureReason.NO_SUCH_SNAPSHOT);
                        });
    }

    @Test
    void newestRestorePointThatIsNewerIsNamed() {
        Snapshot snapshot = SomeSnapshot.of(1, "a", SnapshotState.PRESENT);
        Instant taken = SomeSnapshot.TAKEN;

        assertThat(SnapshotRules.newerPoint(snapshot, List.of(point(1, taken.minusSeconds(1)), point(2, taken))))
                .isEmpty();
        assertThat(SnapshotRules.newerPoint(
                        snapshot, List.of(point(1, taken.plusSeconds(9)), point(2, taken.plusSeconds(5)))))
                .hasValueSatisfying(refused -> {
                    assertThat(refused.reason()).isEqualTo(FailureReason.NEWER_RESTORE_POINT);
                    assertThat(refused.refusal()).hasMessageContaining("restore point " + id(1));
                });
    }

    @Test
    void oneThatIsDeletedStaysSo() {
        Snapshot deleted = SomeSnapshot.of(1, "a", SnapshotState.DELETED);

        assertThat(deleted.in(SnapshotState.PRESENT).state()).isEqualTo(SnapshotState.DELETED);
        assertThat(SomeSnapshot.of(1, "a", SnapshotState.FAILED)
                        .in(SnapshotState.PRESENT)
                        .state())
                .isEqualTo(SnapshotState.PRESENT);
    }

    private static RestorePointId id(int number) {
        return new RestorePointId(new UUID(3, number));
    }

    private static RestorePoint point(int number, Instant takenAt) {
        return new RestorePoint(
                id(number),
                SomeSnapshot.VM,
                TrackerId.DEFAULT,
                null,
                takenAt,
                Consistency.CRASH,
                0,
                Duration.ofSeconds(1).toMillis(),
                null,
                null,
                List.of(),
                List.of(),
                RestorePoint.Freeze.UNTOLD);
    }

    private static String told(Optional<Refused> refused) {
        return String.valueOf(refused.orElseThrow().refusal().getMessage());
    }
}
