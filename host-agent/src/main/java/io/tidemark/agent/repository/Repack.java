package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Moves what points need out of packs that are mostly dead, one VM after the other, so that the next collection
/// can delete these packs. Points stay what they are. May run beside anything, and may end at any step; a VM that
/// somebody writes or reads is left for the next time.
///
/// ```
/// Repack.of(repository).deadPercent(80).run((done, total) -> {});
/// ```
public final class Repack {
    public static final int DEAD_PERCENT = 80;
    private static final int PERCENT = 100;
    /// The record of a point and its new nodes take about as much.
    private static final long GAIN_BYTES_A_POINT = 4096;

    private final BlobRepository repository;
    private final Worth worth;

    private Repack(BlobRepository repository, Worth worth) {
        this.repository = repository;
        this.worth = worth;
    }

    /// What is worth a repack.
    ///
    /// @param deadPercent of a pack that no point needs
    /// @param gainBytesAPoint what a VM's repack frees at least for each of its points
    record Worth(int deadPercent, long gainBytesAPoint) {}

    /// Of a whole repository, with the usual share. Chunks are moved if its storage brings a credential that opens
    /// and seals them, or none is needed.
    public static Repack of(BlobRepository repository) {
        return new Repack(repository, new Worth(DEAD_PERCENT, GAIN_BYTES_A_POINT));
    }

    /// With another share.
    ///
    /// @param percent of a pack that no point may need, from 1 to 100
    public Repack deadPercent(int percent) {
        if (percent < 1 || percent > PERCENT) {
            throw new IllegalArgumentException("dead share: expected 1 to 100 percent, found " + percent);
        }
        return new Repack(repository, new Worth(percent, worth.gainBytesAPoint()));
    }

    /// However little it frees.
    Repack atAnyGain() {
        return new Repack(repository, new Worth(worth.deadPercent(), 1));
    }

    /// Told of the stored bytes of entries that were copied, of those that are to be.
    public interface Progress {
        void bytes(long done, long total);
    }

    /// What a run would do now, if nobody comes between.
    ///
    /// @param packs that are mostly dead
    /// @param liveBytes of them that would be copied
    /// @param deadBytes of them that would be free then
    /// @param leftOut what would stay where it is for another reason than that points need it, a line each
    public record Plan(int packs, long liveBytes, long deadBytes, List<String> leftOut) {
        public Plan {
            leftOut = List.copyOf(leftOut);
        }
    }

    /// What a run has done.
    ///
    /// @param points that lie elsewhere now
    /// @param movedBytes of the packs that they lie in for it
    /// @param leftOut what stays where it was for another reason than that points need it, a line each
    public record Result(int points, long movedBytes, List<String> leftOut) {
        public Result {
            leftOut = List.copyOf(leftOut);
        }
    }

    /// Changes nothing.
    public Plan plan() {
        List<String> leftOut = new ArrayList<>();
        List<MostlyDead> packs =
                found(leftOut).values().stream().flatMap(List::stream).toList();
        return new Plan(packs.size(), liveBytes(packs), deadBytes(packs), leftOut);
    }

    public Result run(Progress progress) {
        List<String> leftOut = new ArrayList<>();
        repository.vms().forEach(vm -> of(vm, leftOut).endOthers());
        Map<VmId, List<MostlyDead>> found = found(leftOut);
        long total = found.values().stream().mapToLong(Repack::liveBytes).sum();
        long done = 0;
        int points = 0;
        long movedBytes = 0;
        for (Map.Entry<VmId, List<MostlyDead>> each : found.entrySet()) {
            long before = done;
            Result ofVm =
                    of(each.getKey(), leftOut).run(each.getValue(), bytes -> progress.bytes(before + bytes, total));
            done += liveBytes(each.getValue());
            progress.bytes(done, total);
            points += ofVm.points();
            movedBytes += ofVm.movedBytes();
        }
        return new Result(points, movedBytes, leftOut);
    }

    private VmRepack of(VmId vm, List<String> leftOut) {
        return new VmRepack(repository.parts(), repository.storage(), vm, leftOut);
    }

    private Map<VmId, List<MostlyDead>> found(List<String> leftOut) {
        Parts parts = repository.parts();
        return new MostlyDeadPacks(parts, worth, leftOut).find();
    }

    private static long liveBytes(List<MostlyDead> packs) {
        return packs.stream().mapToLong(MostlyDead::liveBytes).sum();
    }

    static long deadBytes(List<MostlyDead> packs) {
        return packs.stream().mapToLong(MostlyDead::deadBytes).sum();
    }
}
