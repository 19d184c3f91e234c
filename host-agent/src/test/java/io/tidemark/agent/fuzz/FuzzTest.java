package io.tidemark.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Path FOUND = Path.of("src/test/resources/fuzz");
    private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 3000);
    private static final long SEED = Long.getLong("tidemark.fuzz.seed", 1);

    static Stream<FuzzTarget> targets() {
        return FuzzTargets.all().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void seedsAndWhatWasFoundOnceAreTakenOrRefused(FuzzTarget target) throws IOException {
        List<byte[]> corpus = new ArrayList<>(target.seeds());
        Path folder = FOUND.resolve(target.name());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    corpus.add(Files.readAllBytes(file));
                }
            }
        }

        assertThat(corpus)
                .isNotEmpty()
                .allSatisfy(bytes -> assertThatCode(() -> target.run(bytes)).doesNotThrowAnyException());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsNearlyASeedIsTakenOrRefused(FuzzTarget target) {
        failure(target).ifPresent(found -> fail(target.name() + " with seed " + SEED + ": " + found));
    }

    /// The first bytes that the target neither takes nor refuses, and what it threw.
    private static Optional<String> failure(FuzzTarget target) {
        Mutations mutations = new Mutations(target.seeds(), SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutations.next();
            try {
                target.run(bytes);
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
        public void run(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (!in.hasRemaining()) {
                return;
            }
            int count = Byte.toUnsignedInt(in.get());
            if (isChecked && in.remaining() != count * Integer.BYTES) {
                return;
            }
            for (int each = 0; each < count; each++) {
                in.getInt();
            }
        }
    }

    @Test
    void aParserThatTrustsItsLengthIsFound() {
        assertThat(failure(new Planted("trusting", false)))
                .hasValueSatisfying(found -> assertThat(found).contains("BufferUnderflowException"));
        assertThat(failure(new Planted("checking", true))).isEmpty();
    }
}
