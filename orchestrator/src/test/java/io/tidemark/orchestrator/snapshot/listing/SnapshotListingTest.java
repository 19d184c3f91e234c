package io.tidemark.orchestrator.snapshot.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.orchestrator.snapshot.SomeSnapshot;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing.ListedSnapshot;
import io.tidemark.schemas.event.AgentEvent.MechanismReport;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.event.AgentEvent.VolumeReport;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotListingTest {
    /// After an overlay the disk stands on another file; its target is the same.
    private static VolumeReport vda(String... names) {
        return new VolumeReport(
                "vda",
                "/images/web.overlay",
                ImageFormat.QCOW2,
                "xfs",
                List.of(),
                Arrays.stream(names).map(SnapshotListingTest::overlay).toList());
    }

    private static SnapshotReport overlay(String name) {
        return new SnapshotReport(SnapshotMechanism.QCOW2_OVERLAY, name, null, null, null, List.of());
    }

    private static ListedSnapshot only(SnapshotListing listing) {
        return listing.volumes().getFirst().snapshots().getFirst();
    }

    @Test
    void whatNobodyKnowsIsForeign() {
        SnapshotListing listing =
                SnapshotListing.of(List.of(vda("hers")), List.of(SomeSnapshot.of(1, "a", SnapshotState.DELETED)));

        assertThat(only(listing).ours()).isNull();
        assertThat(only(listing).isLeftover()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotState.class,
            names = {"CREATING", "PRESENT", "REVERTING", "DELETING"})
    void whatTheCatalogKeepsIsOurs(SnapshotState state) {
        Snapshot ours = SomeSnapshot.of(1, "a", state);

        SnapshotListing listing = SnapshotListing.of(List.of(vda("a")), List.of(ours));

        assertThat(only(listing).ours()).isEqualTo(ours);
        assertThat(only(listing).isLeftover()).isFalse();
        assertThat(listing.missing()).isEmpty();
    }

    @Test
    void whatWasDeletedAndIsThereIsALeftover() {
        Snapshot deleted = SomeSnapshot.of(1, "a", SnapshotState.DELETED);

        SnapshotListing listing = SnapshotListing.of(List.of(vda("a")), List.of(deleted));

        assertThat(only(listing)).isEqualTo(new ListedSnapshot(overlay("a"), deleted, true));
    }

    @Test
    void newSnapshotOfTheNameOfADeletedOneIsNoLeftover() {
        Snapshot kept = SomeSnapshot.of(2, "a", SnapshotState.PRESENT);

        SnapshotListing listing =
                SnapshotListing.of(List.of(vda("a")), List.of(SomeSnapshot.of(1, "a", SnapshotState.DELETED), kept));

        assertThat(only(listing)).isEqualTo(new ListedSnapshot(overlay("a"), kept, false));
    }

    @Test
    void whatWasNeverTakenIsKnownByItsId() {
        Snapshot failed = SomeSnapshot.of(1, "a", SnapshotState.FAILED);

        SnapshotListing listing = SnapshotListing.of(List.of(vda("tidemark-" + failed.id())), List.of(failed));

        assertThat(only(listing).ours()).isEqualTo(failed);
        assertThat(only(listing).isLeftover()).isTrue();
    }

    @Test
    void whatSomebodyRemovedIsMissing() {
        Snapshot present = SomeSnapshot.of(1, "a", SnapshotState.PRESENT);

        SnapshotListing listing = SnapshotListing.of(List.of(vda("b")), List.of(present));

        assertThat(listing.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.snapshot()).isEqualTo(present);
            assertThat(missing.detail()).isEqualTo("expected qcow2-overlay snapshot a, found that it was removed");
        });
    }

    @Test
    void volumeThatIsNotSeenIsToldApart() {
        SnapshotListing listing =
                SnapshotListing.of(List.of(), List.of(SomeSnapshot.of(1, "a", SnapshotState.PRESENT)));

        assertThat(listing.missing())
                .singleElement()
                .satisfies(missing -> assertThat(missing.detail())
                        .isEqualTo("expected volume /images/web.qcow2, found none of its target or path"));
    }

    @Test
    void whatIsBeingDeletedIsNotMissing() {
        SnapshotListing listing =
                SnapshotListing.of(List.of(vda()), List.of(SomeSnapshot.of(1, "a", SnapshotState.DELETING)));

        assertThat(listing.missing()).isEmpty();
    }

    @Test
    void volumesOfOneNamespaceAreNamedToOneAnother() {
        SnapshotListing listing = SnapshotListing.of(
                List.of(lvm("/dev/vg/a", "vg"), lvm("/dev/vg/b", "vg"), lvm("/dev/other/c", "other"), lvm("/x", null)),
                List.of());

        assertThat(listing.volumes())
                .extracting(volume -> volume.mechanisms().getFirst().sharesNamesWith())
                .containsExactly(List.of("/dev/vg/b"), List.of("/dev/vg/a"), List.of(), List.of());
    }

    private static VolumeReport lvm(String path, @Nullable String namespace) {
        return new VolumeReport(
                null,
                path,
                ImageFormat.RAW,
                "lvm",
                List.of(new MechanismReport(SnapshotMechanism.LVM_CLASSIC, null, namespace)),
                List.of());
    }

    @ParameterizedTest
    @EnumSource(SnapshotMechanism.class)
    void everyMechanismHasItsCosts(SnapshotMechanism mechanism) {
        assertThat(SnapshotCosts.ofKeeping(mechanism)).endsWith(".");
        assertThat(SnapshotCosts.ofDropping(mechanism)).endsWith(".");
    }
}
