package io.tidemark.agent.script;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.ScriptSetId;

/// Which scripts to run, and what for.
///
/// @param domain by libvirt's UUID
/// @param vmName by libvirt's name
public record ScriptOrder(ScriptSetId set, DomainUuid domain, String vmName, RestorePointId point) {}
