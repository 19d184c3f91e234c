package io.tidemark.agent.command;

import io.tidemark.agent.command.JournalRecord.Kind;
import io.tidemark.schemas.id.MessageId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the agent must not forget when it dies: which commands it was given and how it answered them, and events
/// that the broker has not acknowledged. Each call returns when its record is durable. Safe for many threads. After
/// one failed write it refuses all further use, as nobody knows what the file holds.
public final class Journal {
    /// Older answered commands are forgotten when the journal is compacted.
    public static final int ANSWERS_KEPT_MAX = 10_000;

    private final JournalFile file;
    private final boolean isIntact;
    private final Map<MessageId, byte[]> waiting = new LinkedHashMap<>();
    private final Map<MessageId, byte[]> answers = new LinkedHashMap<>();
    private final Map<MessageId, byte[]> events = new LinkedHashMap<>();
    private boolean hasFailed;

    private Journal(JournalFile file, boolean isIntact) {
        this.file = file;
        this.isIntact = isIntact;
    }

    /// Opens the journal of a folder that exists and is this agent's alone.
    public static Journal open(Path folder) {
        return open(new FolderJournalFile(folder));
    }

    /// Reads what was written, and rewrites the file where it has a torn tail or damage.
    static Journal open(JournalFile file) {
        try {
            byte[] bytes = file.read();
            JournalRecord.Scan scan = JournalRecord.scan(bytes);
            Journal journal = new Journal(file, scan.isIntact());
            scan.records().forEach(journal::apply);
            if (!scan.isIntact() || scan.soundBytes() != bytes.length) {
                journal.compact();
            }
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("journal: expected to read it, found " + e.getMessage(), e);
        }
    }

    /// False if records before the last sound one were damaged, so that commands or events may be forgotten. A torn
    /// tail is no damage: nobody was told that it was written.
    public boolean isIntact() {
        return isIntact;
    }

    /// Whether a write failed. Then this process can be told nothing more, and a new one has to read the file.
    public synchronized boolean hasFailed() {
        return hasFailed;
    }

    /// Notes a command. False if it was noted before: then [#answer] says whether it has ended.
    public synchronized boolean received(MessageId command, byte[] body) {
        if (waiting.containsKey(command) || answers.containsKey(command)) {
            return false;
        }
        write(new JournalRecord(Kind.COMMAND_RECEIVED, command, body.clone()));
        return true;
    }

    /// Notes how a command ended; a second answer changes nothing.
    public synchronized void answered(MessageId command, byte[] answer) {
        if (!answers.containsKey(command)) {
            write(new JournalRecord(Kind.COMMAND_ANSWERED, command, answer.clone()));
        }
    }

    /// The answer to a command that has ended; empty for a command that has not, or is not known.
    public synchronized Optional<byte[]> answer(MessageId command) {
        return Optional.ofNullable(answers.get(command)).map(byte[]::clone);
    }

    /// A command noted and not answered, as it was noted; empty for any other.
    public synchronized Optional<byte[]> command(MessageId command) {
        return Optional.ofNullable(waiting.get(command)).map(byte[]::clone);
    }

    /// Commands noted and not answered, oldest first.
    public synchronized List<MessageId> unanswered() {
        return List.copyOf(waiting.keySet());
    }

    /// Notes an event before it is sent.
    public synchronized void written(MessageId event, byte[] body) {
        if (!events.containsKey(event)) {
            write(new JournalRecord(Kind.EVENT_WRITTEN, event, body.clone()));
        }
    }

    /// Notes that the broker has the event.
    public synchronized void acknowledged(MessageId event) {
        if (events.containsKey(event)) {
            write(new JournalRecord(Kind.EVENT_ACKNOWLEDGED, event, new byte[0]));
        }
    }

    /// Events to send (again), oldest first.
    public synchronized List<UnacknowledgedEvent> unacknowledged() {
        List<UnacknowledgedEvent> result = new ArrayList<>();
        events.forEach((id, body) -> result.add(new UnacknowledgedEvent(id, body.clone())));
        return result;
    }

    /// Writes what still counts to a new file and puts that in the old one's place.
    public synchronized void compact() {
        List<JournalRecord> records = new ArrayList<>();
        while (answers.size() > ANSWERS_KEPT_MAX) {
            answers.remove(answers.keySet().iterator().next());
        }
        answers.forEach((id, body) -> records.add(new JournalRecord(Kind.COMMAND_ANSWERED, id, body)));
        waiting.forEach((id, body) -> records.add(new JournalRecord(Kind.COMMAND_RECEIVED, id, body)));
        events.forEach((id, body) -> records.add(new JournalRecord(Kind.EVENT_WRITTEN, id, body)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach(each -> bytes.writeBytes(each.frame()));
        guarded(() -> {
            file.stageReplacement(bytes.toByteArray());
            file.adoptReplacement();
        });
    }

    private void write(JournalRecord entry) {
        byte[] frame = entry.frame();
        guarded(() -> file.append(frame));
        apply(entry);
    }

    private void apply(JournalRecord entry) {
        switch (entry.kind()) {
            case COMMAND_RECEIVED -> waiting.put(entry.id(), entry.body());
            case COMMAND_ANSWERED -> {
                waiting.remove(entry.id());
                answers.put(entry.id(), entry.body());
            }
            case EVENT_WRITTEN -> events.put(entry.id(), entry.body());
            case EVENT_ACKNOWLEDGED -> events.remove(entry.id());
        }
    }

    private void guarded(FileStep step) {
        if (hasFailed) {
            throw new IllegalStateException("journal: expected a sound file, found that an earlier write failed");
        }
        hasFailed = true;
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("journal: expected a durable write, found " + e.getMessage(), e);
        }
        hasFailed = false;
    }

    /// An event that the broker may not have.
    @SuppressWarnings("ArrayRecordComponent") // never compared; handed to the caller once
    public record UnacknowledgedEvent(MessageId id, byte[] body) {}

    private interface FileStep {
        void run() throws IOException;
    }
}
