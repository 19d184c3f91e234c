package io.tidemark.agent.repository;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;

/// Where a point is found: the VM, whose log decides, and the point.
public record PointKey(VmId vm, RestorePointId point) {}
