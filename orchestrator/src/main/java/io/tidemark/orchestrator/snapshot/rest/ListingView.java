package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.listing.SnapshotCosts;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing.ListedMechanism;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing.ListedSnapshot;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing.ListedVolume;
import io.tidemark.orchestrator.snapshot.listing.SnapshotListing.Missing;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.event.AgentEvent.VolumeReport;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotBlocks;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a host has now, beside the catalog.
///
/// @param observed whether the host has answered; if not, `detail` says why, and nothing is known of volumes
/// @param missing members of catalogued snapshots that are not there any more
public record ListingView(
        @Nullable VmId vm,
        @Nullable String vmName,
        @Nullable HostId host,
        boolean observed,
        @Nullable String detail,
        List<VolumeView> volumes,
        List<MissingView> missing) {
    /// One volume, what snapshots it has, and which it could have.
    public record VolumeView(
            @Nullable String target,
            String volume,
            ImageFormat format,
            String storage,
            List<MechanismView> mechanisms,
            List<FoundView> snapshots) {}

    /// Whether the volume can have snapshots of a mechanism now, what that means, and what it costs.
    ///
    /// @param whyNot what is missing; null if it can
    /// @param newFileIs what a file that it makes is to the volume
    /// @param namespace names of snapshots are taken from one namespace by all volumes for which this is equal
    /// @param sharesNamesWith those of the volumes listed here
    public record MechanismView(
            SnapshotMechanism mechanism,
            SnapshotKind kind,
            SnapshotBlocks blocks,
            SnapshotMechanism.NewFile newFileIs,
            boolean available,
            @Nullable String whyNot,
            @Nullable String namespace,
            List<String> sharesNamesWith,
            String costOfKeeping,
            String costOfDropping) {}

    /// One snapshot that was found.
    ///
    /// @param origin `ours`; `foreign` if it was not made through the catalog; `leftover` if the catalog
    ///     takes it for deleted or never taken
    /// @param snapshot the catalogued one that it is of, or was left by
    /// @param newFileIs what the new file is to the volume
    /// @param keptBytes that would be free without it; null where the storage cannot tell
    /// @param hangsOnIt what would be lost or changed with it
    public record FoundView(
            String origin,
            @Nullable SnapshotId snapshot,
            @Nullable SnapshotName name,
            @Nullable String state,
            SnapshotMechanism mechanism,
            SnapshotKind kind,
            SnapshotBlocks blocks,
            String storageName,
            @Nullable Instant takenAt,
            @Nullable String newFile,
            SnapshotMechanism.NewFile newFileIs,
            @Nullable Long keptBytes,
            List<String> hangsOnIt,
            String costOfKeeping,
            String costOfDropping) {}

    /// One volume's part of a catalogued snapshot that is not there.
    public record MissingView(
            SnapshotId snapshot,
            SnapshotName name,
            @Nullable String target,
            String volume,
            SnapshotMechanism mechanism,
            String storageName,
            String detail) {
        static MissingView of(Missing missing) {
            return new MissingView(
                    missing.snapshot().id(),
                    missing.snapshot().order().name(),
                    missing.member().target(),
                    missing.member().volume(),
                    missing.member().mechanism(),
                    missing.member().storageName(),
                    missing.detail());
        }
    }

    /// Nobody could look.
    ListingView unseen(String why) {
        return new ListingView(vm, vmName, host, false, why, List.of(), List.of());
    }

    /// @param said what the host said beside it
    ListingView seen(SnapshotListing listing, @Nullable String said) {
        return new ListingView(
                vm,
                vmName,
                host,
                true,
                said,
                listing.volumes().stream().map(ListingView::volume).toList(),
                listing.missing().stream().map(MissingView::of).toList());
    }

    private static VolumeView volume(ListedVolume listed) {
        VolumeReport report = listed.report();
        return new VolumeView(
                report.target(),
                report.volume(),
                report.format(),
                report.storage(),
                listed.mechanisms().stream().map(ListingView::mechanism).toList(),
                listed.snapshots().stream().map(ListingView::found).toList());
    }

    private static MechanismView mechanism(ListedMechanism listed) {
        SnapshotMechanism by = listed.report().mechanism();
        return new MechanismView(
                by,
                by.kind(),
                by.blocks(),
                by.newFile(),
                listed.report().whyNot() == null,
                listed.report().whyNot(),
                listed.report().namespace(),
                listed.sharesNamesWith(),
                SnapshotCosts.ofKeeping(by),
                SnapshotCosts.ofDropping(by));
    }

    private static FoundView found(ListedSnapshot listed) {
        SnapshotReport report = listed.report();
        SnapshotMechanism by = report.mechanism();
        Snapshot ours = listed.ours();
        return new FoundView(
                ours == null ? "foreign" : listed.isLeftover() ? "leftover" : "ours",
                ours == null ? null : ours.id(),
                ours == null ? null : ours.order().name(),
                ours == null ? null : ours.state().code(),
                by,
                by.kind(),
                by.blocks(),
                report.storageName(),
                report.takenAt(),
                report.newFile(),
                by.newFile(),
                report.keptBytes(),
                report.hangsOnIt(),
                SnapshotCosts.ofKeeping(by),
                SnapshotCosts.ofDropping(by));
    }
}
