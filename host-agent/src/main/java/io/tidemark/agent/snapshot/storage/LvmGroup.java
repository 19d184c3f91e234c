package io.tidemark.agent.snapshot.storage;

import java.util.List;
import java.util.Optional;

/// A logical volume among all of its group, as one look has found them.
///
/// @param all hidden ones too, and the volume itself
record LvmGroup(LogicalVolume volume, List<LogicalVolume> all) {
    LvmGroup {
        all = List.copyOf(all);
    }

    /// The volume of that name among all; empty if there is none.
    static Optional<LvmGroup> of(String name, List<LogicalVolume> all) {
        return all.stream()
                .filter(each -> each.name().equals(name))
                .map(volume -> new LvmGroup(volume, all))
                .findFirst();
    }

    Optional<LogicalVolume> find(String name) {
        return of(name, all).map(LvmGroup::volume);
    }
}
