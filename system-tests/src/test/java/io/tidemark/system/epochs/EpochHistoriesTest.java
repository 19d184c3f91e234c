package io.tidemark.system.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What happens to a VM's bitmaps while they are looked at, reported and asked for, in as many histories as there
/// are seeds: no stale token, no lost change, no break that is not told, no needless end.
class EpochHistoriesTest {
    private static final long SEEDS = Long.getLong("tidemark.epochs.seeds", 300);
    private static final long FIRST_SEED = Long.getLong("tidemark.epochs.seed", 1);
    private static final long PLANTED_SEEDS_MAX = 1000;
    /// Each end of an epoch is logged. Held, as a logger that nobody holds forgets its level.
    private static final Logger LOG = Logger.getLogger("io.tidemark");

    @TempDir
    private Path work;

    /// Not final: count.
    private long steps;

    private long faults;
    private long tokens;
    private long increments;

    @Test
    void noHistoryBreaksAPromise() {
        LOG.setLevel(Level.OFF);

        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS).forEach(seed -> live(seed, EpochFlaw.NONE));

        System.out.printf(
                "epochs: %d histories, %d steps, %d faults, %d questions answered with a token, %d increments%n",
                SEEDS, steps, faults, tokens, increments);
        assertThat(tokens).isGreaterThan(SEEDS);
        assertThat(increments).isGreaterThan(SEEDS);
    }

    private void live(long seed, EpochFlaw flaw) {
        var history = new EpochHistory(seed, flaw, work);
        try {
            history.run();
        } catch (AssertionError fault) {
            throw new AssertionError("seed " + seed + ": " + fault.getMessage(), fault);
        }
        steps += history.done();
        faults += history.faults();
        tokens += history.given();
        increments += history.increments();
    }

    @ParameterizedTest
    @MethodSource("io.tidemark.system.epochs.EpochFlaw#planted")
    void whatIsPlantedIsFound(EpochFlaw flaw) {
        LOG.setLevel(Level.OFF);

        OptionalLong found = LongStream.rangeClosed(1, PLANTED_SEEDS_MAX)
                .filter(seed -> isFaulty(seed, flaw))
                .findFirst();

        System.out.printf("epochs: %s is found in history %d%n", flaw, found.orElse(0));
        assertThat(found).as("the seed that finds %s", flaw).isPresent();
    }

    private boolean isFaulty(long seed, EpochFlaw flaw) {
        try {
            live(seed, flaw);
            return false;
        } catch (AssertionError fault) {
            return true;
        }
    }
}
