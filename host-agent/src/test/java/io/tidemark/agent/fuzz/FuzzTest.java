package io.tidemark.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The short form of the search for bytes that a parser does not refuse as it should. What a search has once found
/// is kept in `src/test/resources/fuzz`, in a folder a target.
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 3000);
    private static final long SEED = Long.getLong("tidemark.fuzz.seed", 1);

    static Stream<FuzzTarget> targets() {
        return FuzzTargets.all().stream();
    }

    /// Else the search would be one among bytes that a parser refuses by its first line.
    @ParameterizedTest
    @MethodSource("targets")
    void seedsAreTaken(FuzzTarget target) {
        assertThat(target.seeds()).isNotEmpty().allMatch(target::isTaken);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsKeptIsTakenOrRefused(FuzzTarget target) {
        assertThat(FuzzTargets.corpus(target))
                .allSatisfy(bytes -> assertThatCode(() -> target.isTaken(bytes)).doesNotThrowAnyException());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsNearlyOneOfThemIsTakenOrRefused(FuzzTarget target) {
        failure(target).ifPresent(found -> fail(target.name() + " with seed " + SEED + ": " + found));
    }

    /// The first bytes that the target neither takes nor refuses, and what it threw.
    private static Optional<String> failure(FuzzTarget target) {
        Mutations mutations = new Mutations(FuzzTargets.corpus(target), SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutations.next();
            try {
                boolean _ = target.isTaken(bytes);
            } catch (RuntimeException | Error thrown) {
                return Optional.of(HexFormat.of().formatHex(bytes) + " threw " + thrown);
            }
        }
        return Optional.empty();
    }

    /// A list of 2 and of 3 numbers.
    private static List<byte[]> lists() {
        return List.of(new byte[] {2, 0, 0, 0, 1, 0, 0, 0, 2}, new byte[] {3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3});
    }

    private record Planted(String name, boolean isChecked) implements FuzzTarget {
        @Override
        public List<byte[]> seeds() {
            return lists();
        }

        @Override
        public boolean isTaken(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (!in.hasRemaining()) {
                return false;
            }
            int count = Byte.toUnsignedInt(in.get());
            if (isChecked && in.remaining() != count * Integer.BYTES) {
                return false;
            }
            for (int each = 0; each < count; each++) {
                in.getInt();
            }
            return true;
        }
    }

    @Test
    void aParserThatTrustsItsLengthIsFound() {
        assertThat(failure(new Planted("trusting", false)))
                .hasValueSatisfying(found -> assertThat(found).contains("BufferUnderflowException"));
        assertThat(failure(new Planted("checking", true))).isEmpty();
    }
}
