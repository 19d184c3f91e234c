package io.tidemark.orchestrator.policy.rest;

import io.tidemark.orchestrator.policy.DeletionHold;
import io.tidemark.orchestrator.policy.DryRun;
import io.tidemark.orchestrator.policy.DryRun.Goner;
import io.tidemark.orchestrator.policy.DryRun.Removal;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What keeps deletion standing still, and what would go without it, over REST.
@Path("/api/v1/catalog/deletion-hold")
@Tag(name = "catalog", description = "Which life of the catalog this is, and whether it may delete")
public final class DeletionHoldResource {
    private final DeletionHold hold;

    DeletionHoldResource(DeletionHold hold) {
        this.hold = hold;
    }

    /// A dry run as a person reads it.
    ///
    /// @param holdsDeletion whether deletion stands still
    /// @param seen what lets deletion go on once it is given back
    /// @param points how many copies would go
    /// @param removals by VM and repository
    public record View(boolean holdsDeletion, String seen, int points, List<RemovalView> removals) {}

    /// What one tracker of a VM would lose in one repository.
    ///
    /// @param policy the policy that decides; null where none does and a removal was asked for
    public record RemovalView(
            RepositoryId repository,
            VmId vm,
            String vmName,
            TrackerId tracker,
            @Nullable String policy,
            List<PointView> points) {
        static RemovalView of(Removal removal) {
            return new RemovalView(
                    removal.repository(),
                    removal.vm(),
                    removal.vmName(),
                    removal.tracker(),
                    removal.policy(),
                    removal.points().stream().map(PointView::of).toList());
        }
    }

    /// A point that would go.
    ///
    /// @param why `retention`; `retention-once-unused` if something needs it now; `asked-for` if its removal was
    public record PointView(RestorePointId point, Instant takenAt, long storedBytes, String why) {
        static PointView of(Goner goner) {
            return new PointView(
                    goner.point(),
                    goner.takenAt(),
                    goner.storedBytes(),
                    goner.why().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    @GET
    @Operation(
            summary = "Shows what would be removed if deletion went on: the dry run",
            description = "By VM and repository, with the policy that decides. Nothing is removed. Points that are "
                    + "held are not among them.")
    public View look() {
        DryRun run = hold.look();
        List<RemovalView> removals =
                run.removals().stream().map(RemovalView::of).toList();
        int points = removals.stream().mapToInt(each -> each.points().size()).sum();
        return new View(hold.isOn(), run.token(), points, removals);
    }

    @DELETE
    @Operation(
            summary = "Lets deletion go on",
            description = "After a catalog was restored from an older copy or built anew nothing is removed until "
                    + "somebody has seen the dry run. seen: its token; 409 if the dry run is another by now. Where "
                    + "deletion does not stand still this changes nothing.")
    public View release(@QueryParam("seen") @Nullable String seen) {
        hold.release(seen);
        return look();
    }
}
