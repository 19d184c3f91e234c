package io.tidemark.bench.repository;

import io.tidemark.bench.ProcessStat;
import io.tidemark.bench.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What the counted rounds of some sides have taken: in each, every side works once, and who begins alternates.
record Rounds(Map<String, List<Effort>> efforts) {
    private static final double NANOS_PER_SECOND = 1e9;

    /// One round that is not counted, and then the others. The file system is synced before each side works.
    ///
    /// @param folder on the file system that all sides write to
    static Rounds counted(Path folder, int rounds, List<Side> sides) throws IOException, InterruptedException {
        Map<String, List<Effort>> efforts = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Side side : inOrder(round, sides)) {
                side.prepare().run();
                Program.run(folder, List.of("sync", "-f", folder.toString()));
                Effort effort = measured(side);
                if (round > 0) {
                    efforts.computeIfAbsent(side.name(), _ -> new ArrayList<>()).add(effort);
                }
                System.err.printf(
                        Locale.ROOT,
                        "  round %d of %d: %s %.2f s, %.2f core-s%n",
                        round,
                        rounds,
                        side.name(),
                        effort.wallSeconds(),
                        effort.coreSeconds());
            }
        }
        return new Rounds(efforts);
    }

    static List<Side> inOrder(int round, List<Side> sides) {
        return round % 2 == 0 ? sides : sides.reversed();
    }

    static Effort measured(Side side) throws IOException, InterruptedException {
        double coresBefore = cores(side);
        long start = System.nanoTime();
        side.work().run();
        double wall = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double cores = cores(side) - coresBefore;
        return new Effort(wall, cores, StoredFiles.bytes(side.output()));
    }

    private static double cores(Side side) throws IOException {
        double ended = ProcessStat.coreSecondsOfEndedChildren();
        return side.isOurs()
                ? ended + ProcessStat.coreSeconds(ProcessHandle.current().pid())
                : ended;
    }

    boolean has(String side) {
        return efforts.containsKey(side);
    }

    /// A value a round of one side.
    List<Double> of(String side, ToDoubleFunction<Effort> value) {
        return efforts.getOrDefault(side, List.of()).stream()
                .map(value::applyAsDouble)
                .toList();
    }
}
