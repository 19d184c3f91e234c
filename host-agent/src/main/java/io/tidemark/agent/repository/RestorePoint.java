package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import org.jspecify.annotations.Nullable;

/// A committed point as its VM's log tells it. Each is complete in itself: `parent` is history, not a need.
public record RestorePoint(
        PointKey key,
        TrackerId tracker,
        @Nullable RestorePointId parent,
        Attempt attempt,
        PointDescription description,
        CommitReceipt receipt) {}
