package io.tidemark.orchestrator.request.rest;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.request.BackupOpening;
import io.tidemark.orchestrator.request.BackupOpening.Outcome;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.Quiescing;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Backups that a person asks for.
@Path("/api/v1/backups")
@Tag(name = "backups", description = "A backup of one VM now, beside its policies")
public final class BackupResource {
    private final BackupOpening opening;
    private final Transactions transactions;

    BackupResource(BackupOpening opening, Transactions transactions) {
        this.opening = opening;
        this.transactions = transactions;
    }

    /// What a person sends: `vm` or `vmName`; quiesce is on unless said, the level `incremental` and the tracker
    /// `default`; forceFull is the level `full`. `mountpoints` of the guest are the only ones to freeze, and
    /// `scripts` is the host's set to run around the freeze.
    public record Wish(
            @Nullable String vm,
            @Nullable String vmName,
            @Nullable String repository,
            @Nullable Boolean quiesce,
            @Nullable Boolean forceFull,
            @Nullable String level,
            @Nullable String tracker,
            @Nullable List<@Nullable String> mountpoints,
            @Nullable String scripts) {}

    /// The run that was opened, and its one task.
    public record Begun(RunId run, TaskId task, VmId vm) {}

    @POST
    @ResponseStatus(202)
    @Operation(
            summary = "Backs up one VM now",
            description = "Name it by vm (its id) or vmName. The task waits while another one works on the VM.")
    public Begun open(@Nullable Wish given) {
        Wish wish = Given.body(given);
        boolean isForced = wish.forceFull() != null && wish.forceFull();
        BackupLevel level = Given.optional("level", wish.level(), BackupLevel::of);
        if (isForced && level != null && level != BackupLevel.FULL) {
            throw new Refusal.Invalid("level", "full or none with forceFull", level.code());
        }
        List<Refusal.Fault> faults = new ArrayList<>();
        Quiescing quiescing = Given.quiescing(wish.quiesce(), wish.mountpoints(), wish.scripts(), faults::add);
        if (!faults.isEmpty()) {
            throw new Refusal.Invalid(faults);
        }
        RequestBackup request = new RequestBackup(
                Given.optional("vm", wish.vm(), VmId::of),
                wish.vmName(),
                Given.required("repository", wish.repository(), RepositoryId::new),
                Gate.DURABLE,
                quiescing.asked(),
                isForced,
                level,
                Given.optional("tracker", wish.tracker(), TrackerId::new),
                quiescing.mountpoints(),
                quiescing.scripts());
        Outcome outcome = transactions.call(() -> opening.open(request, null));
        return switch (outcome) {
            case Outcome.Opened opened ->
                new Begun(
                        opened.run().run(), opened.work().task(), opened.work().vm());
            case Outcome.Refused refused -> throw refusal(refused, wish);
        };
    }

    private static Refusal refusal(Outcome.Refused refused, Wish wish) {
        String vm = wish.vm() == null ? "the name \"" + wish.vmName() + "\"" : "the id " + wish.vm();
        return switch (refused.reason()) {
            case FailureReason.NO_SUCH_VM -> new Refusal.NoSuch("VM", vm);
            case FailureReason.NO_SUCH_REPOSITORY ->
                new Refusal.NoSuch("repository", String.valueOf(wish.repository()));
            default -> new Refusal.Invalid("vm", "either vm or vmName", wish.vm() == null ? "neither" : "both");
        };
    }
}
