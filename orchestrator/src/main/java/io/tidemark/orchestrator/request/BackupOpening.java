package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.Quiescing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks a wish for one VM's backup and opens its run. Joins the caller's transaction.
public final class BackupOpening {
    private final Hosts hosts;
    private final RepositoryDirectory repositories;
    private final Runs runs;
    private final Duration deadline;

    /// Opens runs of one VM each.
    ///
    /// @param deadline how long the task may take, waiting included
    public BackupOpening(Hosts hosts, RepositoryDirectory repositories, Runs runs, Duration deadline) {
        this.hosts = hosts;
        this.repositories = repositories;
        this.runs = runs;
        this.deadline = deadline;
    }

    /// What became of a wish.
    public sealed interface Outcome {
        /// The run is open.
        record Opened(Runs.Opened run, Asked.Work work) implements Outcome {}

        /// Nothing was stored.
        record Refused(FailureReason reason, String detail) implements Outcome {}
    }

    /// The run that was opened, or why none was.
    ///
    /// @param correlation carried through commands and events
    public Outcome open(RequestBackup wish, @Nullable String correlation) {
        if (wish.gate() == Gate.VERIFIED) {
            return refused(
                    FailureReason.GATE_UNSUPPORTED,
                    "gate: expected created or durable, found verified, which " + "no verifier passes yet");
        }
        if (wish.forceFull() && wish.level() != null && wish.level() != BackupLevel.FULL) {
            return refused(
                    FailureReason.MESSAGE_MALFORMED,
                    "level: expected full or none with forceFull, found "
                            + wish.level().code());
        }
        Optional<Quiescing.Fault> fault = wish.quiescing().fault();
        if (fault.isPresent()) {
            return refused(FailureReason.MESSAGE_MALFORMED, fault.get().toString());
        }
        if ((wish.vm() == null) == (wish.vmName() == null)) {
            return refused(
                    FailureReason.MESSAGE_MALFORMED,
                    "vm: expected either vm or vmName, found " + (wish.vm() == null ? "neither" : "both"));
        }
        if (!repositories.isKnown(wish.repository())) {
            return refused(
                    FailureReason.NO_SUCH_REPOSITORY,
                    "repository: expected a registered one, found \"" + wish.repository() + "\"");
        }
        List<VmId> meant = meant(wish);
        if (meant.size() != 1) {
            return refused(
                    FailureReason.NO_SUCH_VM,
                    "vm: expected one VM with " + named(wish) + ", found "
                            + (meant.isEmpty() ? "none" : meant.size() + ": name it by its id"));
        }
        return opened(wish, meant.getFirst(), correlation);
    }

    private Outcome opened(RequestBackup wish, VmId vm, @Nullable String correlation) {
        RunRequest.Options options = new RunRequest.Options(
                Objects.requireNonNullElse(wish.tracker(), TrackerId.DEFAULT), wish.quiescing(), level(wish), deadline);
        Runs.Opened opened = runs.open(new RunRequest(null, List.of(vm), wish.repository(), options, correlation));
        return new Outcome.Opened(
                opened, new Asked.Work(Objects.requireNonNull(opened.tasks().get(vm)), vm, wish.repository()));
    }

    private static BackupLevel level(RequestBackup wish) {
        BackupLevel unsaid = wish.forceFull() ? BackupLevel.FULL : BackupLevel.INCREMENTAL;
        return Objects.requireNonNullElse(wish.level(), unsaid);
    }

    private List<VmId> meant(RequestBackup wish) {
        return wish.vm() != null
                ? hosts.vm(wish.vm()).map(Vm::id).stream().toList()
                : hosts.vmsByName(String.valueOf(wish.vmName())).stream()
                        .filter(Vm::present)
                        .map(Vm::id)
                        .toList();
    }

    private static String named(RequestBackup wish) {
        return wish.vm() != null ? "the id " + wish.vm() : "the name \"" + wish.vmName() + "\"";
    }

    private static Outcome refused(FailureReason reason, String detail) {
        return new Outcome.Refused(reason, detail);
    }
}
