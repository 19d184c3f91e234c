package io.tidemark.system.epochs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What [EpochHistoriesTest] searches in a model, on a real libvirt and QEMU: no stale token, no lost change, no
/// break that is not told. `./tidemark soak` asks for 100 seeds.
class RealHistoriesST {
    private static final long SEEDS = Long.getLong("tidemark.real.seeds", 2);
    private static final long FIRST_SEED = Long.getLong("tidemark.real.seed", 1);
    /// Each end of an epoch is logged. Held, as a logger that nobody holds forgets its level.
    private static final Logger LOG = Logger.getLogger("io.tidemark");

    private static RealHost host;
    private static Path folder;
    private static int histories;

    private final List<String> broken = new ArrayList<>();
    private final Map<Reason, Integer> fulls = new EnumMap<>(Reason.class);
    /// Not final: counts.
    private long steps;

    private long faults;
    private long points;
    private long increments;
    private long tokens;

    @BeforeAll
    static void start() throws IOException {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        LOG.setLevel(Boolean.getBoolean("tidemark.real.log") ? Level.INFO : Level.OFF);
        folder = Files.createTempDirectory("tm-real");
        host = new RealHost(folder.resolve("d"));
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void noHistoryOnARealHostBreaksAPromise() {
        long beganNanos = System.nanoTime();

        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS).forEach(seed -> {
            if (!isKept(seed, RealFlaw.NONE)) {
                System.out.println(broken.getLast());
            }
        });

        System.out.printf(
                "real: %d histories, %d broken, %d steps, %d faults, %d points, %d increments of disks, %d questions"
                        + " answered with a token, %d s, fulls %s%n",
                SEEDS,
                broken.size(),
                steps,
                faults,
                points,
                increments,
                tokens,
                (System.nanoTime() - beganNanos) / 1_000_000_000,
                fulls);
        assertThat(broken).isEmpty();
        assertThat(increments).isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsPlantedInARealAgentIsFound(RealFlaw flaw) {
        boolean isFound = !isKept(flaw.seed, flaw);

        String how = isFound ? broken.getLast().lines().findFirst().orElse("") : "nothing";
        System.out.printf("real: %s is found: %s%n", flaw, how);
        assertThat(isFound).as("history %d finds %s", flaw.seed, flaw).isTrue();
    }

    private boolean isKept(long seed, RealFlaw flaw) {
        Path own = folder.resolve("h" + ++histories);
        try (RealHistory history = new RealHistory(seed, flaw, host, own)) {
            history.run();
            count(history);
            return true;
        } catch (AssertionError fault) {
            broken.add("seed " + seed + ": " + fault.getMessage());
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(own);
        }
    }

    private static void delete(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                var _ = file.toFile().delete();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(RealHistory history) {
        steps += history.done();
        faults += history.faults();
        points += history.proofs.points();
        increments += history.proofs.increments();
        tokens += history.promises.given();
        history.proofs.fulls().forEach((reason, count) -> fulls.merge(reason, count, Integer::sum));
    }
}
