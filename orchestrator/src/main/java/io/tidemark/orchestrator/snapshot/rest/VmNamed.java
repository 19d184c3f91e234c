package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotSubjects;
import io.tidemark.schemas.id.VmId;

/// A VM that a person names by its id or by its name.
final class VmNamed {
    private VmNamed() {}

    /// What reads as an id and is none may be a name.
    static Vm of(String text, SnapshotSubjects subjects) {
        VmId id;
        try {
            id = VmId.of(text);
        } catch (IllegalArgumentException name) {
            return subjects.vm(null, text);
        }
        try {
            return subjects.vm(id, null);
        } catch (Refusal.NoSuch none) {
            return subjects.vm(null, text);
        }
    }
}
