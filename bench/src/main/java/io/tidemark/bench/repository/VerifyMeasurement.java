package io.tidemark.bench.repository;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.Verification;
import io.tidemark.agent.repository.VerificationReport;
import io.tidemark.bench.Bar;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The verification of a repository with protection: without its key beside `sha256sum` of the same packs, and with
/// it beside opening, unpacking and hashing alone.
final class VerifyMeasurement implements Measurement {
    static final String SHA256SUM = "sha256sum";
    private static final String WITHOUT_KEY = Ours.NAME + ", without a key";
    private static final String WITH_KEY = Ours.NAME + ", with the key";
    private static final String DECODING = "AES-GCM, zstd and SHA-256 alone";
    private static final double WITHOUT_KEY_BAR = 0.8;
    private static final double WITH_KEY_BAR = 0.7;
    private static final double BYTES_PER_GB = 1e9;
    /// The source, the repository and what the decoding alone works on.
    private static final int COPIES = 3;

    private final Site site;
    private final DataSet data;
    private final int rounds;

    VerifyMeasurement(Site site, DataSet data, int rounds) {
        this.site = site;
        this.data = data;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("verify", COPIES * data.nonZeroBytes());
        Path source = folder.resolve("source.raw");
        Map<String, Object> dataSet = data.described(data.write(source));
        Path stored = folder.resolve("repository");
        Path keys = Folders.fresh(folder.resolve("keys"));
        Repository repository = Ours.createdProtected(stored, keys);
        new BackedUpDisk(repository, 1, data.nonZeroBytes()).writeFull(source);
        DecodingAlone decoding = DecodingAlone.of(source, folder.resolve("sealed"));
        List<Side> sides = List.of(
                side(WITHOUT_KEY, stored, () -> verify(Ours.clear(stored))),
                new Side(SHA256SUM, false, stored, Side.NOTHING, () -> Program.run(folder, sums(stored))),
                side(WITH_KEY, stored, () -> verify(Ours.unlocked(stored, keys))),
                side(DECODING, stored, decoding::run));
        Rounds measured = Rounds.counted(folder, rounds, sides);
        Map<String, Object> fields = site.fields(folder, dataSet);
        Folders.delete(folder);
        return figures(measured, fields);
    }

    private static Side side(String name, Path stored, Side.Work work) {
        return new Side(name, true, stored, Side.NOTHING, work);
    }

    private static void verify(BlobRepository repository) throws IOException {
        VerificationReport report = Verification.of(repository).run((_, _) -> {});
        if (!report.isClean()) {
            throw new IOException("verification: expected no damage, found " + report.findings());
        }
    }

    /// Two at a time, as we read two packs at a time.
    private static List<String> sums(Path stored) {
        return List.of(
                "sh",
                "-c",
                "find \"$1\" -type f -print0 | xargs -0 -n 1 -P 2 sha256sum > /dev/null",
                "sh",
                stored.resolve("packs").toString());
    }

    private List<Figure> figures(Rounds measured, Map<String, Object> fields) {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(figures(
                new Comparison(measured, WITHOUT_KEY, SHA256SUM, fields),
                "verify-without-key",
                WITHOUT_KEY_BAR,
                "logs, signatures, trees and each byte of each pack, two packs at a time; the peer sums the same files,"
                        + " two at a time"));
        figures.addAll(figures(
                new Comparison(measured, WITH_KEY, DECODING, fields),
                "verify-with-key",
                WITH_KEY_BAR,
                "as without a key, and each chunk opened, unpacked and hashed; beside it two threads that do only that"
                        + " with the same chunks, from one file"));
        return figures;
    }

    private List<Figure> figures(Comparison sides, String name, double bar, String note) {
        Quantity cores = Quantity.coreSeconds(data.nonZeroBytes() / BYTES_PER_GB);
        return List.of(
                sides.figure(name, Quantity.SECONDS, Aim.bar(Bar.ratioAtLeast(bar)), note),
                sides.figure(name + "-core-seconds", cores, Aim.NONE, note));
    }
}
