package io.tidemark.embedded.launcher;

import java.nio.file.Path;
import java.util.Map;

/// What an all-in-one is started with.
///
/// @param home holds everything that survives a restart; one all-in-one at a time uses it
/// @param libvirtUri the libvirt whose domains are backed up
/// @param builds where the two applications were built
/// @param repositories the folder of each repository id, as the agent knows it
/// @param orchestrator further properties of the orchestrator
/// @param agent further properties of the agent
public record Settings(
        Path home,
        String libvirtUri,
        Builds builds,
        Map<String, Path> repositories,
        Map<String, String> orchestrator,
        Map<String, String> agent) {
    public Settings {
        repositories = Map.copyOf(repositories);
        orchestrator = Map.copyOf(orchestrator);
        agent = Map.copyOf(agent);
    }

    /// The `quarkus-run.jar` of each application.
    public record Builds(Path orchestratorJar, Path agentJar) {
        /// Where the build of a source tree puts them.
        public static Builds of(Path sourceTree) {
            return new Builds(
                    sourceTree.resolve("orchestrator/target/quarkus-app/quarkus-run.jar"),
                    sourceTree.resolve("host-agent/target/quarkus-app/quarkus-run.jar"));
        }
    }
}
