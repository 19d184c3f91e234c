package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;

/// Where epochs are kept. Every call joins the caller's transaction.
public interface EpochStore {
    List<Epoch> all();

    List<Epoch> of(VmId vm);

    /// The VM's epochs that have not ended.
    List<Numbered> live(VmId vm);

    Optional<Numbered> find(DiskId disk, TrackerId tracker);

    /// Stores the epoch, new or known.
    void save(Numbered epoch);

    /// An epoch, the attempt that last moved it, and its disk as it was then.
    record Numbered(Epoch epoch, Attempt attempt, DiskThen disk) {}
}
