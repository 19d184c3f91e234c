package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.snapshot.SnapshotService.Story;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes every snapshot that it was not told to refuse, and remembers of which VM; keeps what it was told to.
final class ScriptedSnapshots implements PolicySnapshots {
    private final Set<VmId> busy = new HashSet<>();
    private final Map<VmId, String> refusals = new HashMap<>();
    private final List<VmId> taken = new ArrayList<>();
    private final List<Story> kept = new ArrayList<>();
    private final List<SnapshotId> givenUp = new ArrayList<>();

    void makeBusy(VmId vm) {
        busy.add(vm);
    }

    void refuse(VmId vm, String why) {
        refusals.put(vm, why);
    }

    void keep(Story story) {
        kept.add(story);
    }

    List<VmId> taken() {
        return List.copyOf(taken);
    }

    List<SnapshotId> givenUp() {
        return List.copyOf(givenUp);
    }

    @Override
    public Set<VmId> busy(PolicyId policy) {
        return Set.copyOf(busy);
    }

    @Override
    public Optional<String> take(Policy policy, VmId vm) {
        String why = refusals.get(vm);
        if (why == null) {
            taken.add(vm);
        }
        return Optional.ofNullable(why);
    }

    @Override
    public List<Story> kept(PolicyId policy) {
        return List.copyOf(kept);
    }

    @Override
    public void giveUp(SnapshotId snapshot) {
        givenUp.add(snapshot);
    }
}
