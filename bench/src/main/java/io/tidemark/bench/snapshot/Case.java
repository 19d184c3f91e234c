package io.tidemark.bench.snapshot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A snapshot whose taking and dropping is timed, and how somebody at a terminal would have the like.
///
/// @param name in figures
/// @param wish the request's body
/// @param bare null where there is no such command
record Case(String name, Map<String, Object> wish, @Nullable Bare bare) {
    /// @param name of the program, for the reader of a line
    /// @param after what removes the rest, and is not timed
    record Bare(String name, List<String> take, List<String> drop, List<String> after) {}
}
