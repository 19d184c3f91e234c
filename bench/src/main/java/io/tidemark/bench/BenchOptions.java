package io.tidemark.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What a person asked for.
///
/// @param only the names of the pieces of work that are wanted; empty for all
/// @param rounds how many rounds, at least 1; empty for as many as the benchmark has by itself
/// @param out where the lines are kept besides standard output
/// @param home the folder of all state; the benchmark has a folder of its own in it
public record BenchOptions(
        boolean isQuick, Set<String> only, OptionalInt rounds, Optional<Path> out, Path home, Path sourceTree) {
    /// An unknown argument is an [IllegalArgumentException].
    public static BenchOptions of(List<String> arguments, Path home, Path sourceTree) {
        boolean isQuick = false;
        Set<String> only = Set.of();
        OptionalInt rounds = OptionalInt.empty();
        Optional<Path> out = Optional.empty();
        for (int index = 0; index < arguments.size(); index++) {
            String argument = arguments.get(index);
            if (argument.equals("--quick")) {
                isQuick = true;
            } else if (argument.equals("--out") && index + 1 < arguments.size()) {
                index++;
                out = Optional.of(Path.of(arguments.get(index)));
            } else if (argument.equals("--only") && index + 1 < arguments.size()) {
                index++;
                only = Set.of(arguments.get(index).split(","));
            } else if (argument.equals("--rounds") && index + 1 < arguments.size()) {
                index++;
                rounds = OptionalInt.of(rounds(arguments.get(index)));
            } else {
                throw new IllegalArgumentException(
                        "expected --quick, --only NAME,..., --rounds COUNT or --out FILE, found " + argument);
            }
        }
        return new BenchOptions(isQuick, only, rounds, out, home, sourceTree);
    }

    private static int rounds(String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("--rounds: expected a number from 1 to 9999, found " + text);
        }
        return Integer.parseInt(text);
    }
}
