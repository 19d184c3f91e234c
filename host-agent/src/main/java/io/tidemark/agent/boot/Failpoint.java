package io.tidemark.agent.boot;

import io.tidemark.agent.backup.PhaseGate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jboss.logging.Logger;

/// For tests: lets the process die in the midst of one phase of a backup, once. The marker file says that it was
/// hit and keeps the next life from dying as well.
record Failpoint(Phase phase, Path marker) implements PhaseGate {
    private static final Logger LOG = Logger.getLogger(Failpoint.class);
    /// As after SIGKILL.
    private static final int EXIT_CODE = 137;

    /// @param name of a phase, in lower case
    static Failpoint named(String name, Path marker) {
        try {
            return new Failpoint(Phase.valueOf(name.toUpperCase(Locale.ROOT)), marker);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "tidemark.failpoint: expected a phase of a backup in lower case, found \"" + name + "\"", unknown);
        }
    }

    @Override
    public void reached(Phase reached) {
        if (reached == phase && !Files.exists(marker)) {
            try {
                Files.writeString(marker, reached.name(), StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
            } catch (IOException e) {
                throw new UncheckedIOException("failpoint: cannot write " + marker, e);
            }
            LOG.warnf("failpoint %s is hit: the process dies", reached);
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
