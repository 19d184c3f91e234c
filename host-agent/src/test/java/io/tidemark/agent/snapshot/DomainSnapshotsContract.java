package io.tidemark.agent.snapshot;

import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_INTERNAL;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_OVERLAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What every [DomainSnapshots] does alike, the fake included. Each test begins with one domain, [#DOMAIN], that is
/// paused and has the disks `vda` and `vdb` in qcow2, without a snapshot.
public interface DomainSnapshotsContract {
    DomainUuid DOMAIN = DomainUuid.of("6a1f0f2e-0000-4000-8000-0000000000c5");
    SnapshotName FIRST = new SnapshotName("first");
    SnapshotName SECOND = new SnapshotName("second");

    DomainSnapshots snapshots();

    /// Where the disk lies now.
    Path lies(String target) throws Exception;

    /// Has the guest write a byte, not zero, to `vda`.
    void guestWrites(int value) throws Exception;

    /// What the guest wrote last, as far as the disk still knows of it. To be asked of a domain that is off.
    boolean holds(int value) throws Exception;

    private Volume volume(String target) throws Exception {
        return new Volume(target, lies(target), ImageFormat.QCOW2, true);
    }

    private SnapshotMember planned(String target, SnapshotMechanism mechanism, SnapshotName name) throws Exception {
        return snapshots().plan(DOMAIN, volume(target), mechanism, name);
    }

    private List<SnapshotMember> taken(SnapshotMechanism mechanism, SnapshotName name) throws Exception {
        List<SnapshotMember> members = List.of(planned("vda", mechanism, name), planned("vdb", mechanism, name));
        snapshots().take(DOMAIN, name, members, false);
        return members;
    }

    private List<String> listed() throws Exception {
        return snapshots().list(DOMAIN, volume("vda")).stream()
                .map(SnapshotReport::storageName)
                .toList();
    }

    private static void assertRefused(ThrowingCallable call, FailureReason reason) {
        assertThatThrownBy(call)
                .isInstanceOf(SnapshotException.class)
                .extracting(e -> ((SnapshotException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    default void aPlanChangesNothing() throws Exception {
        Path before = lies("vda");

        SnapshotMember planned = planned("vda", QCOW2_OVERLAY, FIRST);

        assertThat(planned.volume()).isEqualTo(before.toString());
        assertThat(planned.newFile()).isNotNull();
        assertThat(planned("vda", QCOW2_INTERNAL, FIRST).newFile()).isNull();
        assertThat(lies("vda")).isEqualTo(before);
        assertThat(listed()).isEmpty();
    }

    @Test
    default void theDiskLiesInTheOverlayOnceItIsTakenAndTakingItAgainChangesNothing() throws Exception {
        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);

        snapshots().take(DOMAIN, FIRST, members, false);

        assertThat(lies("vda"))
                .isEqualTo(Path.of(String.valueOf(members.getFirst().newFile())));
        assertThat(listed()).containsExactly("first");
    }

    @Test
    default void aNameIsGivenOnceToADisk() throws Exception {
        taken(QCOW2_OVERLAY, FIRST);
        taken(QCOW2_INTERNAL, SECOND);

        assertRefused(() -> planned("vda", QCOW2_OVERLAY, FIRST), FailureReason.NAME_TAKEN);
        assertRefused(() -> planned("vda", QCOW2_INTERNAL, SECOND), FailureReason.NAME_TAKEN);
    }

    @Test
    default void anOverlayIsRevertedOfADomainThatIsOffAndStays() throws Exception {
        guestWrites(1);
        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);
        guestWrites(2);
        assertRefused(() -> snapshots().revert(DOMAIN, FIRST, members, false), FailureReason.VM_RUNS);
        snapshots().stop(DOMAIN, List.of());

        snapshots().revert(DOMAIN, FIRST, members, false);
        snapshots().revert(DOMAIN, FIRST, members, false);

        assertThat(holds(1)).isTrue();
        assertThat(listed()).containsExactly("first");
    }

    @Test
    default void aRevertBelowANewerOverlayIsRefused() throws Exception {
        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);
        taken(QCOW2_OVERLAY, SECOND);
        snapshots().stop(DOMAIN, List.of());

        assertRefused(() -> snapshots().revert(DOMAIN, FIRST, members, false), FailureReason.SNAPSHOT_NEEDED);
    }

    @Test
    default void whatIsGoneIsNotRevertedTo() throws Exception {
        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);
        snapshots().delete(DOMAIN, FIRST, members, false);
        snapshots().stop(DOMAIN, List.of());

        assertRefused(() -> snapshots().revert(DOMAIN, FIRST, members, false), FailureReason.SNAPSHOT_CHANGED);
    }

    @Test
    default void aDeletedOverlayIsMergedAndAbsentIsDeleted() throws Exception {
        Path before = lies("vda");
        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);
        guestWrites(2);

        snapshots().delete(DOMAIN, FIRST, members, false);
        snapshots().delete(DOMAIN, FIRST, members, false);

        assertThat(lies("vda")).isEqualTo(before);
        assertThat(listed()).isEmpty();
        snapshots().stop(DOMAIN, List.of());
        assertThat(holds(2)).isTrue();
    }

    @Test
    default void theLowerOfTwoOverlaysIsDeletedAlone() throws Exception {
        List<SnapshotMember> lower = taken(QCOW2_OVERLAY, FIRST);
        List<SnapshotMember> upper = taken(QCOW2_OVERLAY, SECOND);
        guestWrites(2);

        snapshots().delete(DOMAIN, FIRST, lower, false);

        assertThat(listed()).containsExactly("second");
        snapshots().delete(DOMAIN, SECOND, upper, false);
        snapshots().stop(DOMAIN, List.of());
        assertThat(holds(2)).isTrue();
    }

    @Test
    default void aDomainThatIsOffHasOverlaysTooAndNoneWithinItsImages() throws Exception {
        guestWrites(1);
        snapshots().stop(DOMAIN, List.of());

        List<SnapshotMember> members = taken(QCOW2_OVERLAY, FIRST);

        assertThat(snapshots().mechanisms(true)).contains(QCOW2_OVERLAY, QCOW2_INTERNAL);
        assertThat(snapshots().mechanisms(false)).contains(QCOW2_OVERLAY).doesNotContain(QCOW2_INTERNAL);
        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(listed()).isEmpty();
        assertThat(holds(1)).isTrue();
    }

    @Test
    default void aSnapshotWithinTheImagesLeavesTheDiskWhereItLies() throws Exception {
        Path before = lies("vda");
        List<SnapshotMember> members = taken(QCOW2_INTERNAL, FIRST);
        snapshots().take(DOMAIN, FIRST, members, false);

        assertThat(lies("vda")).isEqualTo(before);
        assertThat(listed()).containsExactly("first");
        snapshots().delete(DOMAIN, FIRST, members, false);
        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(listed()).isEmpty();
    }

    @Test
    default void aGuestGoesOnFromItsMemory() throws Exception {
        guestWrites(1);
        List<SnapshotMember> members =
                List.of(planned("vda", QCOW2_INTERNAL, FIRST), planned("vdb", QCOW2_INTERNAL, FIRST));
        snapshots().take(DOMAIN, FIRST, members, true);
        guestWrites(2);

        snapshots().revert(DOMAIN, FIRST, members, true);

        assertThat(listed()).containsExactly("first");
        snapshots().stop(DOMAIN, List.of());
        assertThat(holds(1)).isTrue();
    }

    @Test
    default void memoryGoesWithoutOverlaysAndWithAllDisksOnly() throws Exception {
        List<SnapshotMember> overlay = List.of(planned("vda", QCOW2_OVERLAY, FIRST));
        List<SnapshotMember> one = List.of(planned("vda", QCOW2_INTERNAL, FIRST));

        assertRefused(() -> snapshots().take(DOMAIN, FIRST, overlay, true), FailureReason.MECHANISM_UNAVAILABLE);
        assertRefused(() -> snapshots().take(DOMAIN, FIRST, one, true), FailureReason.MECHANISM_UNAVAILABLE);
        assertThat(listed()).isEmpty();
    }

    @Test
    default void whatIsNotThereIsNamed() throws Exception {
        Volume elsewhere = new Volume("vda", Path.of("/nowhere.qcow2"), ImageFormat.QCOW2, true);
        Volume unknown = new Volume("vdx", lies("vda"), ImageFormat.QCOW2, true);
        Volume known = volume("vda");
        DomainUuid nobody = DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000dead");

        assertRefused(() -> snapshots().plan(DOMAIN, elsewhere, QCOW2_OVERLAY, FIRST), FailureReason.NO_SUCH_VOLUME);
        assertRefused(() -> snapshots().plan(DOMAIN, unknown, QCOW2_OVERLAY, FIRST), FailureReason.NO_SUCH_VOLUME);
        assertRefused(
                () -> snapshots().plan(DOMAIN, known, SnapshotMechanism.LVM_THIN, FIRST),
                FailureReason.MECHANISM_UNAVAILABLE);
        assertThatThrownBy(() -> snapshots().list(nobody, known)).isInstanceOf(NoSuchDomain.class);
    }

    @Test
    default void stopsAndStartsMayComeTwice() {
        snapshots().pause(DOMAIN);
        snapshots().pause(DOMAIN);
        snapshots().stop(DOMAIN, List.of());
        snapshots().stop(DOMAIN, List.of());
        snapshots().start(DOMAIN);
        snapshots().start(DOMAIN);

        assertThat(snapshots().whyNot(DOMAIN, volumeOf("vda"), QCOW2_OVERLAY)).isEmpty();
    }

    private Volume volumeOf(String target) {
        try {
            return volume(target);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
