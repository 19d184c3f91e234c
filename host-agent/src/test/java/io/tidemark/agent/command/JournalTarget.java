package io.tidemark.agent.command;

import io.tidemark.agent.command.JournalRecord.Kind;
import io.tidemark.agent.command.JournalRecord.Scan;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.schemas.id.MessageId;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// A journal, torn or damaged anywhere. Nothing is refused: what is sound in it is read.
public final class JournalTarget implements FuzzTarget {
    @Override
    public String name() {
        return "journal";
    }

    @Override
    public List<byte[]> seeds() {
        JournalRecord received = record(Kind.COMMAND_RECEIVED, 1, new byte[100]);
        JournalRecord answered = record(Kind.COMMAND_ANSWERED, 1, new byte[0]);
        JournalRecord written = record(Kind.EVENT_WRITTEN, 2, received.frame());
        return List.of(received.frame(), frames(List.of(received, answered)), frames(List.of(written, received)));
    }

    private static JournalRecord record(Kind kind, long id, byte[] body) {
        return new JournalRecord(kind, new MessageId(new UUID(1, id)), body);
    }

    private static byte[] frames(List<JournalRecord> records) {
        var bytes = new ByteArrayOutputStream();
        records.forEach(record -> bytes.writeBytes(record.frame()));
        return bytes.toByteArray();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        Scan scan = JournalRecord.scan(bytes);
        byte[] sound = frames(scan.records());
        boolean isWhole = Arrays.equals(sound, Arrays.copyOf(bytes, scan.soundBytes()));
        if (scan.isIntact() != isWhole) {
            throw new IllegalStateException(
                    "intact: " + scan.isIntact() + " with records of " + sound.length + " bytes");
        }
        Scan again = JournalRecord.scan(sound);
        if (!again.isIntact() || again.soundBytes() != sound.length) {
            throw new IllegalStateException("other records when written again");
        }
        return !scan.records().isEmpty();
    }
}
