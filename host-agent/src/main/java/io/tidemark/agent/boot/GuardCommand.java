package io.tidemark.agent.boot;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command line of a guard: this process' own classes and JVM, with as little of everything as it needs.
/// `setsid` keeps the interrupt of a terminal from ending agent and guard at once.
final class GuardCommand {
    private static final String RUNNER = "quarkus-run.jar";
    private static final List<String> LEAN_JVM = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx32m",
            "-Xshare:auto",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    private GuardCommand() {}

    /// @param agentProcess the process that the guard may end when it hangs: this one
    static List<String> of(String libvirtUri, long agentProcess) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("setsid", java));
        command.addAll(LEAN_JVM);
        String classPath = classPath(System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, GuardMain.class.getName(), libvirtUri, Long.toString(agentProcess)));
        return List.copyOf(command);
    }

    /// A class path as Java takes it. That of the packaged agent is one jar whose manifest names no class of ours:
    /// they lie in folders beside it.
    static String classPath(String own) {
        Path first = Path.of(own.split(File.pathSeparator, 2)[0]).toAbsolutePath();
        if (!first.endsWith(RUNNER)) {
            return own;
        }
        Path home = first.resolveSibling(".").normalize();
        return Stream.of("app", "lib/main", "lib/boot")
                .map(folder -> home.resolve(folder) + "/*")
                .collect(Collectors.joining(File.pathSeparator));
    }
}
