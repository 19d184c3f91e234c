package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Output;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Main of `./tidemark repo`: one command on one repository, in a JVM without the agent. Answers on standard
/// output, everything else on standard error; the exit code says how it ended.
public final class RepoMain {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int DAMAGED = 3;

    private RepoMain() {}

    /// What is said of all commands.
    @Command(
            name = "./tidemark repo",
            description = "Works on a repository with nothing but the repository: no Kafka, no database, no"
                    + " orchestrator, no configuration.",
            footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 damage found."})
    static final class Commands {}

    public static void main(String[] arguments) {
        start(RepoMain::run, arguments);
    }

    /// One command in a process of its own.
    interface Program {
        int run(Surroundings surroundings, PrintWriter answer, PrintWriter notes, String... arguments);
    }

    static void start(Program program, String... arguments) {
        // UTF-8 whatever the locale: what is said in JSON is read by programs
        var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var notes = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        var output = new Output(answers, notes, isTerminal());
        warnOnly(output);
        var surroundings = new Surroundings(
                System.getenv(),
                output,
                UUID::randomUUID,
                InstantSource.system(),
                () -> System.nanoTime() / 1_000_000,
                RepoMain::pause,
                RandomGenerator.getDefault(),
                RepoMain::askPassphrase);
        System.exit(program.run(
                surroundings,
                new PrintWriter(answers, true, StandardCharsets.UTF_8),
                new PrintWriter(notes, true, StandardCharsets.UTF_8),
                arguments));
    }

    /// Lets the log say warnings only, a line each: what ends a command is told once, by the command.
    private static void warnOnly(Output output) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty("org.jboss.logging.provider", "jdk");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.WARNING);
        root.addHandler(new Warnings(output));
    }

    /// Says warnings as notes.
    private static final class Warnings extends Handler {
        private final Output output;
        private final SimpleFormatter formatter = new SimpleFormatter();

        private Warnings(Output output) {
            this.output = output;
        }

        @Override
        public void publish(LogRecord record) {
            output.note("warning: " + formatter.formatMessage(record));
        }

        @Override
        public void flush() {
            // a note is out when it is told
        }

        @Override
        public void close() {
            // the stream is the process's own
        }
    }

    private static char[] askPassphrase() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("passphrase: "))
                .orElseThrow(
                        () -> CommandFailure.wrongUsage("--passphrase: expected a terminal to ask on, found none"));
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("expected to wait " + length.toMillis() + " ms, found an interrupt");
        }
    }

    private static boolean isTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException unknown) {
            return false;
        }
    }

    static int run(Surroundings surroundings, PrintWriter answer, PrintWriter notes, String... arguments) {
        Stream<Callable<Integer>> all = Stream.of(
                new InitCommand(surroundings),
                new VerifyCommand(surroundings),
                new KeysCommand(surroundings),
                new HoldCommand(surroundings),
                new ReleaseCommand(surroundings),
                new ListCommand(surroundings),
                new ShowCommand(surroundings),
                new RestoreCommand(surroundings),
                new PruneCommand(surroundings),
                new GcCommand(surroundings),
                new SpaceCommand(surroundings),
                new CheckStorageCommand(surroundings),
                new ExportCatalogCommand(surroundings));
        return commands(new Commands(), all, surroundings.output())
                .setOut(answer)
                .setErr(notes)
                .execute(arguments);
    }

    /// @param program what is said of all commands
    static CommandLine commands(Object program, Stream<Callable<Integer>> all, Output output) {
        CommandLine commands = new CommandLine(program);
        all.map(CommandLine::new).forEach(each -> {
            addHelp(each.getCommandSpec());
            commands.addSubcommand(each);
        });
        addHelp(commands.getCommandSpec());
        return commands.setExecutionExceptionHandler((failure, _, _) -> ended(failure, output));
    }

    private static void addHelp(CommandSpec command) {
        command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("this text")
                .build());
    }

    private static int ended(Exception failure, Output output) throws Exception {
        return switch (failure) {
            case CommandFailure known -> told(known, known.exitCode(), output);
            case DamagedException damaged -> told(damaged, DAMAGED, output);
            case RepositoryException known -> told(known, FAILED, output);
            case IOException _, UncheckedIOException _ -> {
                output.note("tidemark: " + failure);
                yield FAILED;
            }
            default -> throw failure;
        };
    }

    private static int told(Exception failure, int exitCode, Output output) {
        output.note("tidemark: " + failure.getMessage());
        return exitCode;
    }
}
