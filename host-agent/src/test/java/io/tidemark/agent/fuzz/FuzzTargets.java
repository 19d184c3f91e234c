package io.tidemark.agent.fuzz;

import io.tidemark.agent.command.JournalTarget;
import io.tidemark.agent.guard.GuardLineTarget;
import io.tidemark.agent.nbd.NbdExtentsTarget;
import io.tidemark.agent.nbd.NbdGreetingTarget;
import io.tidemark.agent.nbd.NbdRepliesTarget;
import io.tidemark.agent.qcow2.Qcow2Target;
import io.tidemark.agent.repository.HeaderTarget;
import io.tidemark.agent.repository.NamesTarget;
import io.tidemark.agent.repository.RegistryTarget;
import io.tidemark.agent.repository.VerifiedPacksTarget;
import io.tidemark.agent.repository.crypto.GenerationTarget;
import io.tidemark.agent.repository.crypto.HostKeyTarget;
import io.tidemark.agent.repository.crypto.KeyFileTarget;
import io.tidemark.agent.repository.crypto.SealedTextTarget;
import io.tidemark.agent.repository.crypto.WrapTarget;
import io.tidemark.agent.repository.log.LogRecordTarget;
import io.tidemark.agent.repository.log.SealedContentTarget;
import io.tidemark.agent.repository.pack.PackDirectoryTarget;
import io.tidemark.agent.repository.pack.PackTarget;
import io.tidemark.agent.repository.pack.StoredEntryTarget;
import io.tidemark.agent.repository.tree.NodeTarget;
import io.tidemark.agent.restore.DomainDefinitionTarget;
import io.tidemark.agent.restore.RestoreMarkTarget;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// All targets, and the entry for Jazzer, which looks for paths that no seed goes.
public final class FuzzTargets {
    private static final List<FuzzTarget> ALL = List.of(
            new HeaderTarget(),
            new RegistryTarget(),
            new VerifiedPacksTarget(),
            new NamesTarget(),
            new PackTarget(),
            new PackDirectoryTarget(),
            new StoredEntryTarget(),
            new NodeTarget(),
            new LogRecordTarget(),
            new SealedContentTarget(),
            new GenerationTarget(),
            new WrapTarget(),
            new HostKeyTarget(),
            new KeyFileTarget(),
            new SealedTextTarget(),
            new DomainDefinitionTarget(),
            new RestoreMarkTarget(),
            new GuardLineTarget(),
            new JournalTarget(),
            new NbdGreetingTarget(),
            new NbdRepliesTarget(),
            new NbdExtentsTarget(),
            new Qcow2Target());

    private FuzzTargets() {}

    static List<FuzzTarget> all() {
        return ALL;
    }

    /// What a search begins from: the seeds, and what is kept in the resources in a folder of the target's name.
    static List<byte[]> corpus(FuzzTarget target) {
        List<byte[]> corpus = new ArrayList<>(target.seeds());
        URL kept = FuzzTargets.class.getResource("/fuzz/" + target.name());
        if (kept != null) {
            try (Stream<Path> files = Files.list(Path.of(kept.toURI()))) {
                for (Path file : files.sorted().toList()) {
                    corpus.add(Files.readAllBytes(file));
                }
            } catch (IOException | URISyntaxException e) {
                throw new IllegalStateException("corpus of " + target.name(), e);
            }
        }
        return corpus;
    }

    private static final class Chosen {
        private static final FuzzTarget TARGET = ALL.stream()
                .filter(each -> each.name().equals(System.getProperty("tidemark.fuzz.target")))
                .findFirst()
                .orElseThrow();
    }

    /// Jazzer calls this with what it has thought of; a property says which target it is for.
    public static void fuzzerTestOneInput(byte[] bytes) {
        boolean _ = Chosen.TARGET.isTaken(bytes);
    }

    /// Writes the corpora into folders of the targets' names below the one that is given; prints the names.
    public static void main(String[] arguments) throws IOException {
        for (FuzzTarget target : ALL) {
            Path folder = Files.createDirectories(Path.of(arguments[0], target.name()));
            int number = 0;
            for (byte[] bytes : corpus(target)) {
                Files.write(folder.resolve("start-" + number++), bytes);
            }
            System.out.println(target.name());
        }
    }
}
