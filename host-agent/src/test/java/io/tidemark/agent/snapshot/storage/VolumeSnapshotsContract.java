package io.tidemark.agent.snapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every mechanism of the storage does, shown on real storage by the bytes of volumes.
interface VolumeSnapshotsContract {
    int CALLS_MAX = 60;

    /// The mechanism over some tools.
    VolumeSnapshots over(HostTools tools);

    /// The programs of the host that has the storage.
    HostTools tools();

    /// A new volume that nobody has, with bytes that follow from its name.
    Volume created(String name);

    /// Overwrites parts of it, with bytes that follow from the seed.
    void write(Volume volume, int seed);

    /// A digest of all bytes that a guest would see.
    String content(Volume volume);

    /// What somebody else does who takes a snapshot of it with the mechanism by hand.
    ///
    /// @return what the listing is to call it
    String takenBySomebodyElse(Volume volume);

    /// Everything that the storage has, so that a leftover is seen: names of files, of devices, of snapshots.
    List<String> traces();

    /// Where who writes to the volume writes after the snapshot.
    default Volume after(Volume volume, SnapshotMember taken) {
        return volume;
    }

    /// Where who writes to the volume writes after the snapshot was given up.
    default Volume afterDelete(Volume volume, SnapshotMember deleted) {
        return volume;
    }

    /// The digest after a revert was cut off.
    ///
    /// @param goal that of the snapshot, for a mechanism that has a moment in which the volume is not there
    default String contentAfterDeath(Volume volume, String goal) {
        return content(volume);
    }

    /// Whether a volume may go back past snapshots that are newer; else `snapshot-needed` says that it may not.
    default boolean isRevertedPastNewer() {
        return true;
    }

    /// Whether one name is had by one volume only.
    default boolean isNameOfOneVolume() {
        return true;
    }

    private VolumeSnapshots snapshots() {
        return over(tools());
    }

    private SnapshotMember taken(Volume volume, String name) {
        SnapshotMember planned = snapshots().plan(volume, new SnapshotName(name));
        snapshots().take(volume, planned);
        return planned;
    }

    private List<String> names(Volume volume) {
        return snapshots().list(volume).stream()
                .map(SnapshotReport::storageName)
                .toList();
    }

    static void assertRefused(FailureReason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SnapshotException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason))
                .hasMessageContaining(words)
                .hasMessageContaining("expected")
                .hasMessageContaining("found");
    }

    @Test
    default void aVolumeGoesBackToWhatItHeld() {
        Volume volume = created("a");
        String before = content(volume);
        SnapshotMember member = taken(volume, "before");
        Volume now = after(volume, member);
        assertThat(content(now)).isEqualTo(before);
        write(now, 1);
        assertThat(content(now)).isNotEqualTo(before);

        snapshots().revert(now, member);

        assertThat(content(now)).isEqualTo(before);
        assertThat(names(now)).containsExactly("before");
        write(now, 2);
        snapshots().revert(now, member);
        assertThat(content(now)).isEqualTo(before);
    }

    @Test
    default void aPlanChangesNothingAndSaysWhatWillBe() {
        Volume volume = created("a");
        List<String> before = traces();

        SnapshotMember planned = snapshots().plan(volume, new SnapshotName("one"));

        assertThat(traces()).isEqualTo(before);
        assertThat(planned.mechanism()).isEqualTo(snapshots().mechanism());
        assertThat(planned.storageName()).isEqualTo("one");
        assertThat(planned.volume()).isEqualTo(volume.path().toString());
        assertThat(planned.newFile() == null)
                .isEqualTo(planned.mechanism().newFile().code().equals("none"));
        assertThat(snapshots().whyNot(volume)).isEmpty();
    }

    @Test
    default void afterDeleteTheVolumeHoldsWhatItHeldAndNothingIsLeft() {
        Volume volume = created("a");
        List<String> before = traces();
        SnapshotMember member = taken(volume, "gone");
        Volume now = after(volume, member);
        write(now, 3);
        String written = content(now);

        snapshots().delete(now, member);
        snapshots().delete(now, member);

        Volume then = afterDelete(now, member);
        assertThat(content(then)).isEqualTo(written);
        assertThat(traces()).isEqualTo(before);
        assertThat(names(then)).isEmpty();
        assertRefused(FailureReason.SNAPSHOT_CHANGED, "gone", () -> snapshots().revert(then, member));
        assertThat(content(then)).isEqualTo(written);
    }

    @Test
    default void aNameIsTakenOnce() {
        Volume volume = created("a");
        SnapshotMember member = taken(volume, "same");
        Volume now = after(volume, member);

        assertRefused(
                FailureReason.NAME_TAKEN,
                volume.path().toString(),
                () -> snapshots().plan(now, new SnapshotName("same")));
    }

    @Test
    default void theNamespaceSaysWhetherTwoVolumesShareNames() {
        Volume first = created("a");
        Volume second = created("b");
        SnapshotMember member = taken(first, "same");
        String other = snapshots().plan(second, new SnapshotName("another")).namespace();

        assertThat(other.equals(member.namespace())).isEqualTo(!isNameOfOneVolume());
        if (isNameOfOneVolume()) {
            taken(second, "same");
            assertThat(names(second)).contains("same");
        } else {
            assertRefused(
                    FailureReason.NAME_TAKEN,
                    first.path().toString(),
                    () -> snapshots().plan(second, new SnapshotName("same")));
        }
    }

    @Test
    default void theNextSnapshotHoldsWhatWasWrittenBeforeIt() {
        Volume volume = created("a");
        String first = content(volume);
        SnapshotMember older = taken(volume, "older");
        Volume middle = after(volume, older);
        write(middle, 4);
        String second = content(middle);
        SnapshotMember newer = taken(middle, "newer");
        Volume now = after(middle, newer);
        write(now, 5);
        String third = content(now);
        assertThat(names(now)).containsExactly("older", "newer");

        if (isRevertedPastNewer()) {
            snapshots().revert(now, older);
            assertThat(content(now)).isEqualTo(first);
        } else {
            assertRefused(
                    FailureReason.SNAPSHOT_NEEDED, "newer", () -> snapshots().revert(now, older));
            assertThat(content(now)).isEqualTo(third);
        }
        snapshots().revert(now, newer);
        assertThat(content(now)).isEqualTo(second);
        snapshots().delete(now, older);
        assertThat(names(now)).containsExactly("newer");
        assertThat(content(now)).isEqualTo(second);
        write(now, 6);
        snapshots().revert(now, newer);
        assertThat(content(now)).isEqualTo(second);
    }

    @Test
    default void otherVolumesStayAsTheyAre() {
        Volume volume = created("a");
        Volume other = created("b");
        SnapshotMember member = taken(volume, "mine");
        write(other, 7);
        String written = content(other);

        snapshots().revert(after(volume, member), member);
        snapshots().delete(after(volume, member), member);

        assertThat(content(other)).isEqualTo(written);
    }

    @Test
    default void whatSomebodyElseTookIsListed() {
        Volume volume = created("a");

        String name = takenBySomebodyElse(volume);

        assertThat(names(volume)).containsExactly(name);
    }

    @Test
    default void whatIsInUseIsNotReverted() {
        Volume volume = created("a");
        SnapshotMember member = taken(volume, "before");
        Volume now = after(volume, member);
        write(now, 8);
        String written = content(now);
        var inUse = new Volume(now.target(), now.path(), now.format(), true);

        assertRefused(
                FailureReason.VOLUME_IN_USE,
                now.path().toString(),
                () -> snapshots().revert(inUse, member));

        assertThat(content(now)).isEqualTo(written);
    }

    /// Cut off at each call, and then done again by an agent that was started anew.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void aTakeThatWasCutOffIsTakenAgain(boolean isRunFirst) {
        Volume volume = created("a");
        String before = content(volume);
        List<String> traces = traces();
        SnapshotMember planned = snapshots().plan(volume, new SnapshotName("cut"));
        int deaths = 0;
        while (isCutOff(deaths + 1, isRunFirst, dying -> dying.take(volume, planned))) {
            deaths++;
            snapshots().take(volume, planned);
            Volume now = after(volume, planned);
            assertThat(content(now)).isEqualTo(before);
            assertThat(names(now)).containsExactly("cut");
            snapshots().revert(now, planned);
            assertThat(content(now)).isEqualTo(before);
            snapshots().delete(now, planned);
            assertThat(traces()).as("after death " + deaths).isEqualTo(traces);
        }
        assertThat(deaths).isBetween(1, CALLS_MAX);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void aTakeThatWasCutOffIsGivenUp(boolean isRunFirst) {
        Volume volume = created("a");
        String before = content(volume);
        List<String> traces = traces();
        SnapshotMember planned = snapshots().plan(volume, new SnapshotName("cut"));
        int deaths = 0;
        while (isCutOff(deaths + 1, isRunFirst, dying -> dying.take(volume, planned))) {
            deaths++;
            snapshots().delete(volume, planned);
            assertThat(content(volume)).isEqualTo(before);
            assertThat(traces()).as("after death " + deaths).isEqualTo(traces);
        }
        assertThat(deaths).isBetween(1, CALLS_MAX);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void aRevertThatWasCutOffIsDoneAgain(boolean isRunFirst) {
        Volume volume = created("a");
        String before = content(volume);
        SnapshotMember member = taken(volume, "before");
        Volume now = after(volume, member);
        write(now, 9);
        String written = content(now);
        List<String> traces = traces();
        int deaths = 0;
        while (isCutOff(deaths + 1, isRunFirst, dying -> dying.revert(now, member))) {
            deaths++;
            assertThat(contentAfterDeath(now, before))
                    .as("after death " + deaths)
                    .isIn(before, written);
            snapshots().revert(now, member);
            assertThat(content(now)).isEqualTo(before);
            assertThat(traces()).as("after death " + deaths).isEqualTo(traces);
            write(now, 9);
        }
        assertThat(deaths).isBetween(1, CALLS_MAX);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    default void aDeleteThatWasCutOffIsDoneAgain(boolean isRunFirst) {
        Volume volume = created("a");
        List<String> traces = traces();
        int deaths = 0;
        boolean isCutOff = true;
        while (isCutOff) {
            SnapshotMember member = taken(volume, "cut");
            Volume now = after(volume, member);
            write(now, 10 + deaths);
            String written = content(now);
            isCutOff = isCutOff(deaths + 1, isRunFirst, dying -> dying.delete(now, member));
            deaths++;
            snapshots().delete(now, member);
            assertThat(content(afterDelete(now, member)))
                    .as("after death " + deaths)
                    .isEqualTo(written);
            assertThat(traces()).as("after death " + deaths).isEqualTo(traces);
        }
        assertThat(deaths).isBetween(2, CALLS_MAX);
    }

    /// False if it was done without reaching that call.
    default boolean isCutOff(int fatalCall, boolean isRunFirst, Consumer<VolumeSnapshots> work) {
        try {
            work.accept(over(new DyingTools(tools(), fatalCall, isRunFirst)));
            return false;
        } catch (DyingTools.Death dead) {
            return true;
        }
    }
}
