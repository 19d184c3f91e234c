package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a verification has looked at, and all that is wrong.
public record VerificationReport(Counts counts, List<Finding> findings) {
    public VerificationReport {
        findings = List.copyOf(findings);
    }

    public boolean isClean() {
        return findings.isEmpty();
    }

    /// How much was looked at.
    ///
    /// @param nodes of trees, all of which were checked
    /// @param packs that are reached by a point
    /// @param packsRead those that were read whole
    /// @param bytesRead of these
    public record Counts(int vms, int points, long nodes, long packs, long packsRead, long bytesRead) {}

    /// What is damaged.
    public enum Kind {
        /// One of the registry or of a log. What comes behind it was not looked at.
        RECORD,
        /// The packs that a point's session has made are not those that its commit names.
        MADE_PACKS,
        /// A whole pack is lost, or nothing can be found in it.
        PACK,
        /// Some entries of a pack: chunks, or nodes, which may also lead to something that is not there.
        ENTRIES
    }

    /// One damaged thing.
    ///
    /// @param pack null if it is none
    /// @param what is wrong, some lines of it
    /// @param affected the disks that cannot be restored whole
    public record Finding(Kind kind, @Nullable PackId pack, List<String> what, List<Affected> affected) {
        public Finding {
            what = List.copyOf(what);
            affected = List.copyOf(affected);
        }
    }

    /// A disk of a point, and which of its chunks cannot be read; none are named if it is not known which.
    public record Affected(PointKey point, DiskId disk, List<ChunkRange> chunks) {
        public Affected {
            chunks = List.copyOf(chunks);
        }
    }
}
