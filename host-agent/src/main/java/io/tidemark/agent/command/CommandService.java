package io.tidemark.agent.command;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes commands in and answers each exactly once in the journal, however often it is delivered. A command is in
/// the journal before the consumer may forget it; the work is done by others.
public final class CommandService implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CommandService.class);
    /// The inventory that follows a grant waits so long for commands of an earlier life to be settled.
    private static final int SETTLED_LIMIT_SECONDS = 20;

    private final Journal journal;
    private final AgentSession session;
    private final EventOutbox outbox;
    private final Work work;
    private final Answers answers;
    private final WorkQueue queue;
    private final MessageCodec codec = new MessageCodec();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("work-", 1).factory());
    private final List<Envelope<AgentCommand>> unsettled;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    /// Reads from the journal which commands an earlier life left unanswered.
    public CommandService(Journal journal, AgentSession session, EventOutbox outbox, Work work, CommandLimits limits) {
        this.journal = journal;
        this.session = session;
        this.outbox = outbox;
        this.work = work;
        this.answers = new Answers(journal, outbox);
        this.queue = new WorkQueue(work, answers, session, limits, threads);
        this.unsettled = unanswered();
    }

    /// The tasks of commands that an earlier life of the agent left unanswered.
    public List<TaskId> tasksLeft() {
        return unsettled.stream()
                .flatMap(command -> WorkQueue.taskOf(command.body()).stream())
                .toList();
    }

    /// Begins to find out what became of them. It needs no grant: it starts nothing, and what it has to say waits.
    public void start() {
        CompletableFuture<?>[] each = unsettled.stream()
                .map(command -> queue.settle(command).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(each).thenRun(() -> settled.complete(null));
    }

    /// Completes when all that an earlier life left is settled, or was given up until the next start.
    public CompletionStage<Void> settled() {
        return settled.minimalCompletionStage();
    }

    /// How many more commands could be carried out at once.
    public int freeSlots() {
        return queue.freeSlots();
    }

    /// How many commands are being carried out.
    public int runningCount() {
        return queue.runningCount();
    }

    /// Takes a record of the command topic; returns when it need not be delivered again. Never throws on what a
    /// sender can write. For one thread at a time.
    public void receive(Map<String, String> headers, byte @Nullable [] body) {
        switch (codec.decode(headers, body)) {
            case Decoding.Decoded(Envelope<?> envelope) ->
                command(envelope)
                        .ifPresentOrElse(
                                this::receive,
                                () -> refuseRecord(
                                        headers,
                                        body,
                                        FailureReason.MESSAGE_UNKNOWN,
                                        "ce_type: expected a command of an agent"));
            case Decoding.UnknownType(String type) ->
                refuseRecord(headers, body, FailureReason.MESSAGE_UNKNOWN, "ce_type: no command known: " + type);
            case Decoding.Malformed(String reason) ->
                refuseRecord(headers, body, FailureReason.MESSAGE_MALFORMED, reason);
        }
    }

    private void receive(Envelope<AgentCommand> command) {
        switch (command.body()) {
            case GrantSession grant -> granted(grant);
            case CancelTask cancel -> {
                if (isAccepted(command)) {
                    queue.cancel(cancel.task());
                }
            }
            case SendReport _ -> {
                if (isAccepted(command)) {
                    work.sendReport();
                }
            }
            case ObserveVm question -> {
                if (isAccepted(command)) {
                    threads.execute(() -> answers.onTheWay(command, work.observe(question)));
                }
            }
            case ListSnapshots question -> {
                if (isAccepted(command)) {
                    threads.execute(() -> answers.onTheWay(command, work.list(question)));
                }
            }
            case StartBackup _, StartRestore _, RetireCheckpoints _ -> receiveWork(command);
            case CreateSnapshot _, RevertSnapshot _, DeleteSnapshot _ -> receiveWork(command);
        }
    }

    private void granted(GrantSession grant) {
        SessionDecision decision = session.granted(grant.session(), grant.leaseMillis(), grant.catalogIncarnation());
        if (decision instanceof SessionDecision.Opened(SessionState.Granted granted)) {
            LOG.infof("session %s granted, catalog incarnation %d", granted.session(), granted.incarnation());
            outbox.open();
            var _ = settled.copy()
                    .completeOnTimeout(null, SETTLED_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .thenRunAsync(work::sendReport, threads);
        }
    }

    /// Refuses the command, and says so, unless the session allows it.
    private boolean isAccepted(Envelope<AgentCommand> command) {
        boolean startsWork = WorkQueue.isWork(command.body());
        if (session.commanded(command.session(), startsWork) instanceof SessionDecision.Refused(var _, var detail)) {
            if (!answers.again(command.id())) {
                answers.end(command, Answers.refusal(command, FailureReason.SESSION_NOT_GRANTED, detail));
            }
            return false;
        }
        return true;
    }

    private void receiveWork(Envelope<AgentCommand> command) {
        if (answers.again(command.id()) || journal.command(command.id()).isPresent()) {
            return;
        }
        if (!isAccepted(command)) {
            return;
        }
        if (command.body() instanceof StartBackup && command.attempt() == null) {
            answers.end(
                    command,
                    Answers.refusal(command, FailureReason.MESSAGE_MALFORMED, "ce_attempt: required, found none"));
            return;
        }
        journal.received(command.id(), new JournaledMessage("", codec.encode(command)).bytes());
        queue.accept(command);
    }

    /// The record's own id may be that of a command that is being carried out, so the journal's commands are left
    /// alone. The refusal's id follows from the record: a second delivery says the same again.
    private void refuseRecord(
            Map<String, String> headers, byte @Nullable [] body, FailureReason reason, String detail) {
        LOG.warnf("record of the command topic refused: %s", detail);
        MessageId fromContent = new MessageId(
                UUID.nameUUIDFromBytes((new TreeMap<>(headers) + "|" + text(body)).getBytes(StandardCharsets.UTF_8)));
        MessageId command = idIn(headers).orElse(fromContent);
        String type = headers.getOrDefault("ce_type", "none");
        outbox.publish(fromContent, new CommandRefused(command, type, reason, detail));
    }

    private static String text(byte @Nullable [] body) {
        return body == null ? "none" : new String(body, StandardCharsets.ISO_8859_1);
    }

    private static Optional<MessageId> idIn(Map<String, String> headers) {
        try {
            return Optional.ofNullable(headers.get("ce_id")).map(MessageId::of);
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private List<Envelope<AgentCommand>> unanswered() {
        return journal.unanswered().stream()
                .flatMap(id -> journal.command(id).stream())
                .flatMap(bytes -> journaled(bytes).stream())
                .toList();
    }

    private Optional<Envelope<AgentCommand>> journaled(byte[] bytes) {
        EncodedMessage message = JournaledMessage.of(bytes).message();
        Decoding decoding = codec.decode(message.headers(), message.bytes());
        if (decoding instanceof Decoding.Decoded(Envelope<?> envelope)) {
            return command(envelope);
        }
        LOG.errorf("journal: expected a command, found %s; it stays unanswered", decoding);
        return Optional.empty();
    }

    private static Optional<Envelope<AgentCommand>> command(Envelope<?> envelope) {
        return envelope.body() instanceof AgentCommand body
                ? Optional.of(new Envelope<>(
                        envelope.id(),
                        body,
                        envelope.source(),
                        envelope.subject(),
                        envelope.time(),
                        envelope.correlation(),
                        envelope.causation(),
                        envelope.session(),
                        envelope.attempt()))
                : Optional.empty();
    }

    /// Gives up what runs and waits for it within the limit. What waits stays in the journal for the next life.
    public boolean stop(long limitMillis) throws InterruptedException {
        queue.stop();
        return queue.awaitIdle(limitMillis);
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
