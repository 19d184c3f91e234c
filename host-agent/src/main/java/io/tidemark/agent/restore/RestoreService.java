package io.tidemark.agent.restore;

import io.tidemark.agent.backup.Domains;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.restore.RestorePlan.PlannedDisk;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreStarted;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Restores points to new images, and to new domains. Safe for use by many threads, one a restore.
public final class RestoreService {
    private static final Logger LOG = Logger.getLogger(RestoreService.class);

    private final Repositories repositories;
    private final ImageTargets targets;
    private final Domains domains;
    private final RestoreSettings settings;
    private final LongSupplier clockMillis;
    private final RestoreFiles files;

    /// @param clockMillis never goes back
    public RestoreService(
            Repositories repositories,
            ImageTargets targets,
            Domains domains,
            RestoreSettings settings,
            LongSupplier clockMillis) {
        this.repositories = repositories;
        this.targets = targets;
        this.domains = domains;
        this.settings = settings;
        this.clockMillis = clockMillis;
        this.files = new RestoreFiles(settings.workFolder());
    }

    /// One restore to its end on the calling thread. Reports `RestoreStarted` once all images are held, progress at
    /// most once a second, and at the end exactly one of `RestoreCompleted` and `RestoreFailed`; what is refused
    /// beforehand is only `RestoreFailed`. Never throws for outcomes. Once the images are proved a cancellation
    /// comes too late.
    ///
    /// @param cancelled ends the restore when it completes in whatever way
    public void restore(StartRestore command, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        report.accept(outcome(command, new Cancellation(command.task(), cancelled), report));
        forget(command);
    }

    private AgentEvent outcome(StartRestore command, Cancellation cancellation, Consumer<AgentEvent> report) {
        RestoreMark mark;
        try {
            mark = proved(command, cancellation, report);
        } catch (IOException | RuntimeException e) {
            return failed(command, RestoreFailure.of(e, cancellation));
        }
        return ended(command, mark);
    }

    /// Proved images under temporary names and their mark, or no files.
    private RestoreMark proved(StartRestore command, Cancellation cancellation, Consumer<AgentEvent> report)
            throws IOException {
        long begunMillis = clockMillis.getAsLong();
        Repository repository = repositories.of(command.repository());
        RestorePlan plan = new RestorePlanner(domains).plan(command, repository);
        cancellation.check();
        try {
            long writtenBytes = filled(command, plan, repository, cancellation, report);
            List<Path> partials =
                    plan.disks().stream().map(PlannedDisk::partial).toList();
            List<String> images = new ArrayList<>();
            for (Path partial : partials) {
                images.add(RestoreFiles.identity(partial));
            }
            RestoreMark mark =
                    new RestoreMark(clockMillis.getAsLong() - begunMillis, writtenBytes, images, plan.domainXml());
            files.keep(command.task(), partials, mark);
            return mark;
        } catch (IOException | RuntimeException e) {
            files.undo(command);
            throw e;
        }
    }

    private long filled(
            StartRestore command,
            RestorePlan plan,
            Repository repository,
            Cancellation cancellation,
            Consumer<AgentEvent> report)
            throws IOException {
        try (RestoreRun run = new RestoreRun(plan, targets, cancellation, settings.workers())) {
            long dataBytes = run.open(repository);
            report.accept(new RestoreStarted(command.task(), command.vm(), command.point()));
            run.fill(new RestoreProgress(command.task(), dataBytes, clockMillis, report));
            run.complete();
            return dataBytes;
        }
    }

    /// Names and domain appear. What fails here takes the images with it, as half of them help nobody.
    private AgentEvent ended(StartRestore command, RestoreMark mark) {
        try {
            files.name(command, mark);
            NewDomain wanted = command.newDomain();
            if (wanted != null) {
                define(wanted, mark.domainXml());
            }
            return new RestoreCompleted(
                    command.task(), command.vm(), command.point(), mark.durationMillis(), mark.writtenBytes());
        } catch (IOException | RuntimeException e) {
            RestoreFailure failure = RestoreFailure.of(e, never(command));
            try {
                files.undo(command, mark);
            } catch (IOException leftover) {
                LOG.errorf(leftover, "restore %s: its images could not be deleted", command.task());
            }
            return failed(command, failure);
        }
    }

    /// A domain of both name and UUID is the one that this restore defined before the agent died.
    private void define(NewDomain wanted, @Nullable String xml) {
        boolean isDefined = domains.domains().stream()
                .anyMatch(domain ->
                        domain.uuid().equals(wanted.uuid()) && domain.name().equals(wanted.name()));
        if (!isDefined) {
            if (xml == null) {
                throw new IllegalStateException("domain " + wanted.name() + ": expected its definition, found none");
            }
            domains.defineDomain(xml);
        }
    }

    /// Ends a restore that an earlier process of this agent began: goes forward if its images were proved, else
    /// removes them. Reports `RestoreCompleted` or `RestoreFailed`, and may be called twice.
    public void settle(StartRestore command, Consumer<AgentEvent> report) {
        targets.endLeftovers(command.task());
        report.accept(settled(command));
        forget(command);
    }

    private AgentEvent settled(StartRestore command) {
        try {
            Optional<RestoreMark> mark = files.kept(command.task());
            if (mark.isPresent()) {
                return ended(command, mark.get());
            }
            files.undo(command);
            return failed(
                    command,
                    new RestoreFailure(
                            FailureReason.AGENT_RESTARTED,
                            "restore " + command.task() + ": expected the agent to live until its end, found a"
                                    + " restart; unfinished images are deleted"));
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "restore %s: its unfinished images may be left", command.task());
            return failed(
                    command,
                    new RestoreFailure(
                            FailureReason.AGENT_RESTARTED,
                            "restore " + command.task()
                                    + ": expected to delete its unfinished images after a restart, found " + e,
                            e));
        }
    }

    private static Cancellation never(StartRestore command) {
        return new Cancellation(command.task(), new CompletableFuture<>());
    }

    private static AgentEvent failed(StartRestore command, RestoreFailure failure) {
        if (failure.reason() == FailureReason.INTERNAL && failure.getCause() != null) {
            LOG.warnf(failure, "restore %s failed", command.task());
        }
        return new RestoreFailed(command.task(), command.vm(), command.point(), failure.reason(), failure.detail());
    }

    private void forget(StartRestore command) {
        try {
            files.forget(command.task());
        } catch (IOException e) {
            LOG.warnf(e, "restore %s: its mark could not be deleted", command.task());
        }
    }
}
