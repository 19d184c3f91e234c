package io.tidemark.agent.snapshot;

import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_OVERLAY;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QEMU_COPY_BEFORE_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.HypervisorException;
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

/// What every [DomainSnapshots] does alike with snapshots by QEMU's copy before write, the fake included. Each test
/// begins with one domain, [#DOMAIN], that is paused and has the disks `vda` and `vdb` in raw, without a snapshot.
public interface CopyBeforeWriteContract {
    DomainUuid DOMAIN = DomainSnapshotsContract.DOMAIN;
    SnapshotName FIRST = new SnapshotName("first");
    SnapshotName SECOND = new SnapshotName("second");

    DomainSnapshots snapshots();

    /// Where the disk lies.
    Path lies(String target) throws Exception;

    /// Has the guest write a byte, not zero, to `vda`.
    void guestWrites(int value) throws Exception;

    /// What the guest wrote last, as far as the disk still knows of it. To be asked of a domain that is off.
    boolean holds(int value) throws Exception;

    private Volume volume(String target) throws Exception {
        return new Volume(target, lies(target), ImageFormat.RAW, true);
    }

    private SnapshotMember planned(String target, SnapshotMechanism mechanism, SnapshotName name) throws Exception {
        return snapshots().plan(DOMAIN, volume(target), mechanism, name);
    }

    private List<SnapshotMember> taken() throws Exception {
        List<SnapshotMember> members =
                List.of(planned("vda", QEMU_COPY_BEFORE_WRITE, FIRST), planned("vdb", QEMU_COPY_BEFORE_WRITE, FIRST));
        snapshots().take(DOMAIN, FIRST, members, false);
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
    default void theDiskStaysWhereItLiesAndWhatIsTakenIsNotTakenAgain() throws Exception {
        Path before = lies("vda");
        List<SnapshotMember> members = taken();
        guestWrites(2);

        snapshots().take(DOMAIN, FIRST, members, false);

        assertThat(lies("vda")).isEqualTo(before);
        assertThat(members.getFirst().newFile()).isEqualTo(before + "@first.qemu-copy-before-write");
        assertThat(listed()).containsExactly("first");
        snapshots().delete(DOMAIN, FIRST, members, false);
        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(listed()).isEmpty();
        snapshots().stop(DOMAIN, List.of());
        assertThat(holds(2)).isTrue();
    }

    @Test
    default void aGuestThatIsStoppedForItIsTakenBackAndTheSnapshotEnds() throws Exception {
        guestWrites(1);
        List<SnapshotMember> members = taken();
        guestWrites(2);
        assertRefused(() -> snapshots().revert(DOMAIN, FIRST, members, false), FailureReason.VM_RUNS);

        snapshots().stop(DOMAIN, members);
        snapshots().stop(DOMAIN, members);
        assertThat(listed()).containsExactly("first");
        snapshots().revert(DOMAIN, FIRST, members, false);
        snapshots().revert(DOMAIN, FIRST, members, false);

        assertThat(holds(1)).isTrue();
        assertThat(listed()).hasSize(1).doesNotContain("first");
        snapshots().start(DOMAIN);
        assertRefused(() -> snapshots().stop(DOMAIN, members), FailureReason.SNAPSHOT_CHANGED);
        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(listed()).isEmpty();
    }

    @Test
    default void nobodyStartsADomainThatIsToBePutBack() throws Exception {
        List<SnapshotMember> members = taken();
        snapshots().stop(DOMAIN, members);

        assertThatThrownBy(() -> snapshots().start(DOMAIN)).isInstanceOf(HypervisorException.class);
        assertRefused(() -> snapshots().delete(DOMAIN, FIRST, members, false), FailureReason.SNAPSHOT_NEEDED);

        snapshots().revert(DOMAIN, FIRST, members, false);
        snapshots().start(DOMAIN);
    }

    @Test
    default void itEndsWithItsGuestAndOnlyItsLeftoverIsListed() throws Exception {
        guestWrites(1);
        List<SnapshotMember> members = taken();
        guestWrites(2);

        snapshots().stop(DOMAIN, List.of());

        assertThat(listed()).hasSize(1).doesNotContain("first");
        assertRefused(() -> snapshots().stop(DOMAIN, members), FailureReason.SNAPSHOT_CHANGED);
        assertRefused(() -> snapshots().revert(DOMAIN, FIRST, members, false), FailureReason.SNAPSHOT_CHANGED);
        assertThat(holds(2)).isTrue();
        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(listed()).isEmpty();
    }

    @Test
    default void aDiskHasOneAtATimeAndNoOverlayAboveIt() throws Exception {
        List<SnapshotMember> members = taken();

        assertRefused(() -> planned("vda", QEMU_COPY_BEFORE_WRITE, SECOND), FailureReason.MECHANISM_UNAVAILABLE);
        assertRefused(() -> planned("vda", QCOW2_OVERLAY, SECOND), FailureReason.MECHANISM_UNAVAILABLE);

        snapshots().delete(DOMAIN, FIRST, members, false);
        assertThat(planned("vda", QEMU_COPY_BEFORE_WRITE, SECOND).storageName()).isEqualTo("second");
        assertThat(planned("vda", QCOW2_OVERLAY, SECOND).storageName()).isEqualTo("second");
    }

    @Test
    default void aNameWhoseLeftoverIsThereIsTaken() throws Exception {
        taken();
        snapshots().stop(DOMAIN, List.of());
        snapshots().start(DOMAIN);

        assertRefused(() -> planned("vda", QEMU_COPY_BEFORE_WRITE, FIRST), FailureReason.NAME_TAKEN);
    }

    @Test
    default void aDomainThatIsOffHasNone() throws Exception {
        snapshots().stop(DOMAIN, List.of());

        assertRefused(() -> planned("vda", QEMU_COPY_BEFORE_WRITE, FIRST), FailureReason.MECHANISM_UNAVAILABLE);
        assertThat(snapshots().mechanisms(false))
                .as("to revert to, and to delete")
                .contains(QEMU_COPY_BEFORE_WRITE);
    }
}
