package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would be removed if deletion went on.
///
/// @param before only points of lower attempts are looked at, so that a backup in between does not make what was
///     seen another thing
public record DryRun(Attempt before, List<Removal> removals) {
    public DryRun {
        removals = List.copyOf(removals);
    }

    /// What one tracker of a VM would lose in one repository.
    ///
    /// @param policy the name of the policy that decides; null where no policy does and a removal was asked for
    public record Removal(
            RepositoryId repository,
            VmId vm,
            String vmName,
            TrackerId tracker,
            @Nullable String policy,
            List<Goner> points) {
        public Removal {
            points = List.copyOf(points);
        }
    }

    /// A point that would go.
    ///
    /// @param why what is going to remove it
    public record Goner(RestorePointId point, Instant takenAt, long storedBytes, Why why) {}

    /// What is going to remove a point.
    public enum Why {
        /// It is beyond the newest ones that the policy keeps.
        RETENTION,
        /// The same, but an epoch, a task or a restore needs it now: it goes later.
        RETENTION_ONCE_UNUSED,
        /// Its removal was asked for before, and is not confirmed.
        ASKED_FOR
    }

    /// Names what was seen: the next attempt, and the SHA-256 over what goes from where.
    public String token() {
        StringBuilder text = new StringBuilder();
        for (Removal removal : removals) {
            for (Goner goner : removal.points()) {
                text.append(removal.repository())
                        .append('/')
                        .append(removal.vm())
                        .append('/')
                        .append(goner.point())
                        .append('\n');
            }
        }
        return before + "-" + HexFormat.of().formatHex(sha256(text.toString()));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: expected every Java platform to have it", e);
        }
    }
}
