package io.tidemark.agent.fuzz;

import io.tidemark.agent.nbd.NbdRepliesTarget;
import io.tidemark.agent.repository.HeaderTarget;
import io.tidemark.agent.repository.crypto.GenerationTarget;
import io.tidemark.agent.repository.log.LogRecordTarget;
import io.tidemark.agent.repository.pack.PackDirectoryTarget;
import io.tidemark.agent.repository.tree.NodeTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// All targets, and the entry for Jazzer, which looks for paths that no seed goes.
public final class FuzzTargets {
    private static final List<FuzzTarget> ALL = List.of(
            new HeaderTarget(),
            new PackDirectoryTarget(),
            new NodeTarget(),
            new LogRecordTarget(),
            new GenerationTarget(),
            new NbdRepliesTarget());

    private FuzzTargets() {}

    static List<FuzzTarget> all() {
        return ALL;
    }

    private static final class Chosen {
        private static final FuzzTarget TARGET = ALL.stream()
                .filter(each -> each.name().equals(System.getProperty("tidemark.fuzz.target")))
                .findFirst()
                .orElseThrow();
    }

    /// Jazzer calls this with what it has thought of; a property says which target it is for.
    public static void fuzzerTestOneInput(byte[] bytes) {
        Chosen.TARGET.run(bytes);
    }

    /// Writes the seeds of all targets into folders of their names below the one that is given; prints the names.
    public static void main(String[] arguments) throws IOException {
        for (FuzzTarget target : ALL) {
            Path folder = Files.createDirectories(Path.of(arguments[0], target.name()));
            int number = 0;
            for (byte[] seed : target.seeds()) {
                Files.write(folder.resolve("seed-" + number++), seed);
            }
            System.out.println(target.name());
        }
    }
}
