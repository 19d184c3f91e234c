package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVm;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientRequest.RequestSnapshot;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Takes clients' requests about snapshots, each once: the same again gets the reply again, or shares in it if
/// there is none yet. Joins the caller's transaction.
@ApplicationScoped
public final class SnapshotAsking {
    private final Snapshots snapshots;
    private final SnapshotOpening opening;
    private final SnapshotSubjects subjects;
    private final SnapshotMessages messages;
    private final SnapshotSupplies supplies;

    SnapshotAsking(
            Snapshots snapshots,
            SnapshotOpening opening,
            SnapshotSubjects subjects,
            SnapshotMessages messages,
            SnapshotSupplies supplies) {
        this.snapshots = snapshots;
        this.opening = opening;
        this.subjects = subjects;
        this.messages = messages;
        this.supplies = supplies;
    }

    /// Whether the client has asked something about a snapshot under that correlation id.
    public boolean isAsked(Asker asker) {
        return snapshots.byAsker(asker).isPresent() || snapshots.refusal(asker).isPresent();
    }

    public void hear(RequestSnapshot wish, Asker asker) {
        Optional<RequestFailed> refusal = snapshots.refusal(asker);
        Optional<SnapshotTask> known = snapshots.byAsker(asker);
        if (refusal.isPresent()) {
            messages.reply(asker, refusal.get());
        } else if (known.isPresent()) {
            snapshots
                    .byId(known.get().snapshot())
                    .flatMap(snapshot -> SnapshotReply.of(snapshot, known.get()))
                    .ifPresent(reply -> messages.reply(asker, reply));
        } else if (open(wish, asker) instanceof Refused refused) {
            RequestFailed failed = new RequestFailed(
                    refused.reason(), String.valueOf(refused.refusal().getMessage()));
            snapshots.refuse(asker, failed, supplies.clock().instant());
            messages.reply(asker, failed);
        }
    }

    private SnapshotOutcome open(RequestSnapshot wish, Asker asker) {
        return switch (wish.action()) {
            case CREATE -> wish.snapshot() == null ? create(wish, asker) : unfit("none with create", wish.snapshot());
            case REVERT, DELETE ->
                wish.snapshot() == null ? unfit("one with " + wish.action().code(), "none") : act(wish, asker);
        };
    }

    private SnapshotOutcome create(RequestSnapshot wish, Asker asker) {
        return opening.create(
                new SnapshotWish(
                        new OfVm(wish.vm(), wish.vmName(), wish.disks()),
                        wish.name(),
                        wish.description(),
                        wish.kind(),
                        wish.mechanism(),
                        Map.of(),
                        wish.quiesce(),
                        wish.memory(),
                        null,
                        null),
                asker);
    }

    private SnapshotOutcome act(RequestSnapshot wish, Asker asker) {
        VmId vm;
        try {
            vm = subjects.vm(wish.vm(), wish.vmName()).id();
        } catch (Refusal.Invalid invalid) {
            return new Refused(FailureReason.MESSAGE_MALFORMED, invalid);
        } catch (Refusal none) {
            return new Refused(FailureReason.NO_SUCH_VM, none);
        }
        SnapshotId snapshot = Objects.requireNonNull(wish.snapshot());
        return wish.action() == SnapshotAction.REVERT
                ? opening.revert(snapshot, wish.force(), vm, asker)
                : opening.delete(snapshot, vm, asker);
    }

    private static SnapshotOutcome unfit(String expected, Object found) {
        return SnapshotRules.malformed("snapshot", expected, found.toString()).orElseThrow();
    }
}
