package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Writers, readers, prunes, closings, repacks and collections of the real repository in the middle of one another,
/// in as many histories as there are seeds; `./tidemark soak` asks for many. The model of the protocol tries every
/// order of few steps, this some orders of many.
class RepositoryStressTest {
    private static final long SEEDS = Long.getLong("tidemark.stress.seeds", 300);
    private static final long FIRST_SEED = Long.getLong("tidemark.stress.seed", 1);
    private static final long PLANTED_SEEDS_MAX = 300;

    @TempDir
    private Path work;

    /// Not final: counts.
    private long repacked;

    @Test
    void noHistoryLosesAPointOrLeavesLitter() {
        long commits = LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .map(seed -> commits(seed, StressFlaw.NONE))
                .sum();

        System.out.printf(
                "stress: %d histories from seed %d, %d points, %d repacked%n", SEEDS, FIRST_SEED, commits, repacked);
        assertThat(commits).isGreaterThan(2 * SEEDS);
        assertThat(repacked).isGreaterThan(SEEDS / 2);
    }

    private int commits(long seed, StressFlaw flaw) {
        try {
            StressHistory history = new StressHistory(seed, flaw, work);
            int commits = history.run();
            repacked += history.repacked();
            return commits;
        } catch (AssertionError fault) {
            throw new AssertionError("seed " + seed + ": " + fault.getMessage(), fault);
        }
    }

    @ParameterizedTest
    @MethodSource("io.tidemark.agent.repository.StressFlaw#planted")
    void whatIsPlantedIsFound(StressFlaw flaw) {
        OptionalLong found = LongStream.rangeClosed(1, PLANTED_SEEDS_MAX)
                .filter(seed -> isFaulty(seed, flaw))
                .findFirst();

        assertThat(found).as("the seed that finds %s", flaw).isPresent();
    }

    private boolean isFaulty(long seed, StressFlaw flaw) {
        try {
            commits(seed, flaw);
            return false;
        } catch (AssertionError fault) {
            return true;
        }
    }
}
