package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.catalog.CatalogStore.CheckpointState;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes over what an export of a repository lists. Joins the caller's transaction; to change anything the caller
/// holds the VM's lock.
@ApplicationScoped
public final class CatalogImport {
    private final CatalogStore store;
    private final CatalogVoice voice;
    private final Clock clock;

    CatalogImport(CatalogStore store, CatalogVoice voice, Clock clock) {
        this.store = store;
        this.voice = voice;
        this.clock = clock;
    }

    /// How an exported point, which has one copy, stands to the catalog.
    public enum Standing {
        NEW,
        NEW_COPY,
        LISTED,
        /// The catalog was told of its removal. The export is older than that, and the copy stays removed.
        REMOVED
    }

    /// Those of the points that the catalog knows, of any VM, removed ones among them.
    public Map<RestorePointId, RestorePoint> known(Collection<RestorePointId> points) {
        return store.known(points).stream().collect(Collectors.toMap(RestorePoint::id, Function.identity()));
    }

    /// Where the point stands, or a refusal if the catalog says something else of it.
    ///
    /// @param place where the export says it, for people
    public Standing standing(String place, RestorePoint exported, @Nullable RestorePoint known) {
        if (known == null) {
            return Standing.NEW;
        }
        String thing = place + ": restore point " + exported.id();
        requireSame(thing + ", vm", known.vm(), exported.vm());
        requireSame(thing + ", tracker", known.tracker(), exported.tracker());
        Copy copy = exported.copies().getFirst();
        Optional<Copy> listed = known.copies().stream()
                .filter(other -> other.repository().equals(copy.repository()))
                .findFirst();
        if (listed.isEmpty()) {
            return Standing.NEW_COPY;
        }
        requireSame(thing + ", commitRecord", listed.get().commitDigest(), copy.commitDigest());
        return listed.get().state() == CopyState.REMOVED ? Standing.REMOVED : Standing.LISTED;
    }

    private static void requireSame(String thing, Object known, Object exported) {
        if (!known.equals(exported)) {
            throw new Refusal.Conflict(thing, "what the catalog says: " + known, exported.toString());
        }
    }

    /// Lists the point. Its checkpoint counts as retired, until its host reports that it is there after all.
    public void add(RestorePoint point) {
        store.add(point, clock.instant());
        store.addCheckpoint(point.id(), point.vm(), CheckpointState.RETIRED);
        voice.tell(point);
    }

    /// Lists a further copy of a known point.
    public void addCopy(RestorePoint exported) {
        store.add(exported.id(), exported.copies().getFirst());
        voice.tell(exported);
    }

    /// Makes the holds on the VM's copies in the repository these. One of a point that is not listed is left out.
    /// Says how many were not there before.
    public int holds(VmId vm, RepositoryId repository, List<PointHold> wanted) {
        Set<HoldId> there = store.holds(vm).stream()
                .filter(hold -> hold.repository().equals(repository))
                .map(PointHold::id)
                .collect(Collectors.toSet());
        Set<RestorePointId> listed =
                store.points(vm).stream().map(RestorePoint::id).collect(Collectors.toSet());
        Map<HoldId, PointHold> next = wanted.stream()
                .filter(hold -> listed.contains(hold.point()))
                .collect(Collectors.toMap(PointHold::id, Function.identity(), (first, _) -> first));
        there.stream().filter(hold -> !next.containsKey(hold)).forEach(store::remove);
        next.keySet().removeAll(there);
        next.values().forEach(store::add);
        return next.size();
    }
}
