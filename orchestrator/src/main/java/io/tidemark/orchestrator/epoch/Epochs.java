package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.id.VmId;
import java.util.List;

/// Epochs as last known. Joins the caller's transaction.
public interface Epochs {
    List<Epoch> all();

    List<Epoch> of(VmId vm);
}
