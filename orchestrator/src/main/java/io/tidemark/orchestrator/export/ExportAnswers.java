package io.tidemark.orchestrator.export;

import io.tidemark.orchestrator.export.ExportDecision.Ignored;
import io.tidemark.orchestrator.export.ExportDecision.Moved;
import io.tidemark.orchestrator.export.ExportEffect.DropPages;
import io.tidemark.orchestrator.export.ExportEffect.KeepPage;
import io.tidemark.orchestrator.export.ExportEffect.ReadText;
import io.tidemark.orchestrator.export.ExportEvent.PageHeard;
import io.tidemark.orchestrator.export.ExportEvent.Refused;
import io.tidemark.orchestrator.export.ExportEvent.TextRead;
import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.envelope.MessageTypes;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Hears what became of the exports that were asked for. Each answer may come late or twice; the unit of work is
/// one of them: the export's row and a page.
@ApplicationScoped
final class ExportAnswers implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(ExportAnswers.class);
    private static final String COMMAND = MessageTypes.typeOf(ExportCatalog.class);

    private final Exports exports;

    ExportAnswers(Exports exports) {
        this.exports = exports;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(CatalogExported.class, MaintenanceFailed.class);
    }

    @Override
    public void handle(Received<?> received) {
        RepositoryId speaker =
                Topics.repositoryOfEvents(received.place().topic()).orElseThrow();
        switch (received.envelope().body()) {
            case CatalogExported page -> {
                requireSame(speaker, page.repository());
                PageHeard heard = new PageHeard(page.digest(), page.page(), page.pages());
                locked(page.export(), speaker).ifPresent(export -> happened(export, heard, page.text()));
            }
            case MaintenanceFailed failed
            when failed.commandType().equals(COMMAND) -> {
                requireSame(speaker, failed.repository());
                Refused refused = new Refused(failed.reason().code() + ": " + failed.detail());
                asked(received.envelope().correlation())
                        .flatMap(id -> locked(id, speaker))
                        .ifPresent(export -> happened(export, refused, ""));
            }
            case MaintenanceFailed _ -> {
                // of another command
            }
            default ->
                throw new IllegalStateException("heard " + received.envelope().body());
        }
    }

    private static void requireSame(RepositoryId speaker, RepositoryId named) {
        if (!speaker.equals(named)) {
            throw new UnacceptableMessage("repository: expected " + speaker + " as the topic says, found " + named);
        }
    }

    /// Empty if what was asked was no export of ours.
    private static Optional<ExportId> asked(@Nullable String correlation) {
        try {
            return Optional.ofNullable(correlation).map(ExportId::of);
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    /// Empty if another was asked for since, or it is not that repository's.
    private Optional<AskedExport> locked(ExportId id, RepositoryId speaker) {
        return exports.lock(id).filter(export -> export.repository().equals(speaker));
    }

    private void happened(AskedExport export, ExportEvent event, String text) {
        switch (ExportDecider.decide(export.state(), event)) {
            case Ignored(String reason) -> LOG.debugf("export %s: %s ignored: %s", export.id(), event, reason);
            case Moved moved -> {
                AskedExport next = export.in(moved.state());
                exports.update(next);
                moved.effects().forEach(effect -> carryOut(effect, next, event, text));
                tell(next);
            }
        }
    }

    private void carryOut(ExportEffect effect, AskedExport export, ExportEvent event, String text) {
        switch (effect) {
            case DropPages _ -> exports.dropPages(export.repository());
            case KeepPage _ -> {
                if (event instanceof PageHeard page) {
                    exports.keepPage(export.repository(), page.page(), text);
                }
            }
            case ReadText _ -> happened(export, new TextRead(digest(export)), "");
        }
    }

    private String digest(AskedExport export) {
        if (!(export.state() instanceof Arriving(String _, int pages, Set<Integer> _))) {
            throw new IllegalStateException("export " + export.id() + ": expected its pages, found " + export.state());
        }
        MessageDigest sha = sha256();
        for (int page = 1; page <= pages; page++) {
            sha.update(exports.page(export.id(), page).orElseThrow().getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java", e);
        }
    }

    private static void tell(AskedExport export) {
        switch (export.state()) {
            case ExportState.Complete complete ->
                LOG.infof(
                        "export %s of repository %s is complete: %d pages",
                        export.id(), export.repository(), complete.pages());
            case ExportState.Failed(String why) ->
                LOG.warnf("export %s of repository %s failed: %s", export.id(), export.repository(), why);
            case ExportState.Asked _, Arriving _ -> {
                // not worth a line
            }
        }
    }
}
