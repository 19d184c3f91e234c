package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a verification has looked at, and all that is wrong.
public record VerificationReport(Counts counts, Signers signers, List<Finding> findings) {
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

    /// Whose signatures were checked, and what is known of the keys that were enrolled here.
    ///
    /// @param hosts those that have enrolled keys or signed commits, in the order of their ids
    public record Signers(List<Signer> hosts, Vouchers vouchers) {
        public Signers {
            hosts = List.copyOf(hosts);
        }
    }

    /// A host, how many keys it has enrolled, and how many commits it has signed, of removed points too.
    public record Signer(HostId host, int keys, int commits) {}

    /// Who stands for the keys of hosts.
    public enum Vouchers {
        /// Each was enrolled by somebody who may write.
        CHECKED,
        /// That it was is known to whoever has a key of the repository, who was not here.
        NOT_CHECKED,
        /// Nobody, in a repository without protection: who can write to the storage can enrol hosts.
        NONE
    }

    /// What is damaged.
    public enum Kind {
        /// One of the registry, of a log or of a host's keys. What comes behind it was not looked at.
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
