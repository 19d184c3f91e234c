package io.tidemark.orchestrator.boot;

import io.tidemark.orchestrator.catalog.Failpoint;
import io.tidemark.orchestrator.outbox.RelaySignal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The failpoint `catalog-committed`: the process dies right after the commit that lists a restore point, before
/// the relay sends anything of it, and once only, as a marker file remembers.
@ApplicationScoped
final class HaltAfterCommit implements Failpoint {
    private static final String NAME = "catalog-committed";
    private static final int KILLED = 137;

    private final boolean isSet;
    private final Optional<Path> marker;
    private final RelaySignal signal;
    private final TransactionSynchronizationRegistry transaction;

    HaltAfterCommit(OrchestratorConfig config, RelaySignal signal, TransactionSynchronizationRegistry transaction) {
        this.isSet = config.failpoint().filter(NAME::equals).isPresent();
        this.marker = config.failpointMarker();
        this.signal = signal;
        this.transaction = transaction;
    }

    @Override
    public void catalogWillCommit() {
        if (!isSet || marker.filter(Files::exists).isPresent()) {
            return;
        }
        signal.holdForEver();
        transaction.registerInterposedSynchronization(new Halt(marker));
    }

    private record Halt(Optional<Path> marker) implements Synchronization {
        @Override
        public void beforeCompletion() {
            marker.ifPresent(file -> {
                try {
                    Files.writeString(file, NAME);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                Runtime.getRuntime().halt(KILLED);
            }
        }
    }
}
