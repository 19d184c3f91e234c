package io.tidemark.agent.command;

import io.tidemark.schemas.id.MessageId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One entry of the journal and its frame, big-endian:
///
/// ```
/// length   4  bytes that follow the checksum, 17 to LENGTH_MAX_BYTES
/// crc      4  CRC32C of those bytes
/// kind     1  code of Kind
/// id      16  the message's UUID
/// body     n  the message as it was, or the answer; opaque here
/// ```
@SuppressWarnings("ArrayRecordComponent") // never compared: records are told apart by id and kind
record JournalRecord(Kind kind, MessageId id, byte[] body) {
    static final int LENGTH_MAX_BYTES = 16 << 20;
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_MIN_BYTES = 17;

    /// What happened. The codes are the format: they are only added.
    enum Kind {
        COMMAND_RECEIVED(0),
        COMMAND_ANSWERED(1),
        EVENT_WRITTEN(2),
        EVENT_ACKNOWLEDGED(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /// What a file held.
    ///
    /// @param soundBytes the file's length up to its torn tail
    /// @param isIntact whether no damage lies before sound records
    record Scan(List<JournalRecord> records, int soundBytes, boolean isIntact) {}

    byte[] frame() {
        int length = LENGTH_MIN_BYTES + body.length;
        if (length > LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("journal record of message " + id + ": expected at most "
                    + LENGTH_MAX_BYTES + " bytes, found " + length);
        }
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + length);
        frame.position(HEADER_BYTES);
        frame.put((byte) kind.code);
        frame.putLong(id.value().getMostSignificantBits());
        frame.putLong(id.value().getLeastSignificantBits());
        frame.put(body);
        frame.putInt(0, length);
        frame.putInt(4, checksum(frame.array(), HEADER_BYTES, length));
        return frame.array();
    }

    /// Reads all sound records, also those behind damage; only damage with nothing sound behind it is a torn tail.
    static Scan scan(byte[] bytes) {
        List<JournalRecord> records = new ArrayList<>();
        int soundBytes = 0;
        boolean isIntact = true;
        int offset = 0;
        while (offset < bytes.length) {
            JournalRecord found = at(bytes, offset);
            if (found == null) {
                offset++;
                continue;
            }
            isIntact &= offset == soundBytes;
            offset += HEADER_BYTES + LENGTH_MIN_BYTES + found.body().length;
            soundBytes = offset;
            records.add(found);
        }
        return new Scan(records, soundBytes, isIntact);
    }

    private static @Nullable JournalRecord at(byte[] bytes, int offset) {
        if (bytes.length - offset < HEADER_BYTES + LENGTH_MIN_BYTES) {
            return null;
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        int length = frame.getInt(offset);
        int start = offset + HEADER_BYTES;
        boolean isWhole = length >= LENGTH_MIN_BYTES && length <= LENGTH_MAX_BYTES && length <= bytes.length - start;
        if (!isWhole || checksum(bytes, start, length) != frame.getInt(offset + 4)) {
            return null;
        }
        Kind kind = Kind.of(frame.get(start));
        if (kind == null) {
            return null;
        }
        MessageId id = new MessageId(new UUID(frame.getLong(start + 1), frame.getLong(start + 9)));
        byte[] body = new byte[length - LENGTH_MIN_BYTES];
        frame.get(start + LENGTH_MIN_BYTES, body);
        return new JournalRecord(kind, id, body);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
