package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    ///
    /// @param seenOn the host that saw last that it is valid; null before one did
    record Numbered(
            Epoch epoch,
            Attempt attempt,
            DiskThen disk,
            @Nullable HostId seenOn) {
        /// One that no host has looked at yet.
        Numbered(Epoch epoch, Attempt attempt, DiskThen disk) {
            this(epoch, attempt, disk, null);
        }
    }
}
