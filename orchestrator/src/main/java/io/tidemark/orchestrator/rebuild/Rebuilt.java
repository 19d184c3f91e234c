package io.tidemark.orchestrator.rebuild;

import io.tidemark.schemas.id.RepositoryId;
import java.util.List;

/// What became of an export.
///
/// @param incarnation the catalog's, afterwards
/// @param holdsDeletion whether nothing is removed until somebody has seen the dry run
/// @param notes what a person ought to know, a sentence each
public record Rebuilt(
        RepositoryId repository,
        long incarnation,
        boolean holdsDeletion,
        Counted vms,
        Counted points,
        int holdsAdded,
        List<String> notes) {
    public Rebuilt {
        notes = List.copyOf(notes);
    }

    /// How many of one kind.
    ///
    /// @param exported all that the export names
    /// @param added those that the catalog did not know
    public record Counted(int exported, int added) {}
}
