package io.tidemark.agent.repository;

import io.tidemark.schemas.vocabulary.Consistency;
import java.time.Instant;

/// What a point says about the VM: the instant its disks show, their state, and the domain's XML then.
public record PointDescription(Instant takenAt, Consistency consistency, String domainXml) {}
