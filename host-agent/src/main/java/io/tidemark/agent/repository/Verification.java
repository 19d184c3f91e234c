package io.tidemark.agent.repository;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Checks what is stored: the registry, logs, the signature of each commit, all nodes of trees, the sums of what
/// each commit has made, and each byte of the packs that points reach; with a key also that chunks open to what
/// their ids say. Goes on behind damage and never throws for it, once the repository's header is read. Reads beside
/// anything else; what is pruned meanwhile does not count. Deletes and changes nothing, and writes which packs it
/// has found whole.
///
/// ```
/// Verification.of(repository).sample(10, seed).run((done, total) -> {});
/// ```
public final class Verification {
    private static final int PERCENT = 100;

    private final BlobRepository repository;
    private final Wanted wanted;

    /// What is asked for.
    ///
    /// @param vm only this one; null for all
    /// @param point only this one of the VM; null for all
    /// @param percent of the packs
    /// @param seed picks them
    /// @param since packs found whole at this instant or later are left out; null for none
    record Wanted(
            @Nullable VmId vm,
            @Nullable RestorePointId point,
            int percent,
            long seed,
            @Nullable Instant since) {
        boolean isEverything() {
            return vm == null;
        }
    }

    /// Told of bytes of packs that were read, by any thread, one at a time.
    public interface Progress {
        void bytes(long done, long total);
    }

    private Verification(BlobRepository repository, Wanted wanted) {
        this.repository = repository;
        this.wanted = wanted;
    }

    /// Of a whole repository. Chunks are opened if its storage brings a credential that opens them.
    public static Verification of(BlobRepository repository) {
        return new Verification(repository, new Wanted(null, null, PERCENT, 0, null));
    }

    /// Of one VM only.
    public Verification ofVm(VmId vm) {
        return new Verification(repository, new Wanted(vm, null, wanted.percent, wanted.seed, wanted.since));
    }

    /// Of one point only; what else of its VM is affected is named as well.
    public Verification ofPoint(PointKey point) {
        Wanted one = new Wanted(point.vm(), point.point(), wanted.percent, wanted.seed, wanted.since);
        return new Verification(repository, one);
    }

    /// Reads a share of the packs only, another one for each seed, as random as SHA-256.
    ///
    /// @param percent from 0 to 100
    public Verification sample(int percent, long seed) {
        if (percent < 0 || percent > PERCENT) {
            throw new IllegalArgumentException("sample: expected 0 to 100 percent, found " + percent);
        }
        return new Verification(repository, new Wanted(wanted.vm, wanted.point, percent, seed, wanted.since));
    }

    /// Leaves out packs that a verification has found whole at this instant or later: at least as thoroughly as
    /// this one would look. Trees, logs and sums are checked all the same.
    public Verification skippingVerifiedSince(Instant since) {
        return new Verification(repository, new Wanted(wanted.vm, wanted.point, wanted.percent, wanted.seed, since));
    }

    /// Runs it and says what is wrong. Throws what opening a repository or its storage throws, and
    /// {@link RepositoryException.NoSuchPoint} for a point that is not there.
    public VerificationReport run(Progress progress) {
        return new VerificationRun(repository, wanted, progress).run();
    }
}
