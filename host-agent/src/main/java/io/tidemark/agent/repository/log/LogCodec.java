package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.log.LogRecord.Closed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MappedDisk;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.Removed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of a log record, big-endian; texts are UTF-8 behind their 4-byte length.
///
/// ```
/// 8   magic "TDMKLOG0"
/// 8   number of the record in its log, from 1
/// 32  SHA-256 of the whole previous record; zeros in the first
/// n   kind, then the fields of the kind
/// 32  SHA-256 of all bytes before
/// ```
final class LogCodec {
    private static final byte[] MAGIC = "TDMKLOG0".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORTEST_BYTES = MAGIC.length + Long.BYTES + 2 * Digest.LENGTH_BYTES;

    private LogCodec() {}

    static byte[] encode(long number, byte[] previous, LogRecord entry) {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.write(MAGIC);
            out.writeLong(number);
            out.write(previous);
            writeBody(out, entry);
            out.write(Digest.of(bytes.toByteArray()).bytes());
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LogRecord decode(String name, long number, byte[] previous, byte[] bytes) {
        int end = bytes.length - Digest.LENGTH_BYTES;
        if (bytes.length < SHORTEST_BYTES) {
            throw new DamagedException(name, "at least " + SHORTEST_BYTES + " bytes", bytes.length + " bytes");
        }
        requireEqual(
                name,
                "digest",
                Arrays.copyOfRange(bytes, end, bytes.length),
                Digest.of(bytes, 0, end).bytes());
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end))) {
            requireEqual(name, "magic", MAGIC, in.readNBytes(MAGIC.length));
            long found = in.readLong();
            if (found != number) {
                throw new DamagedException(name, "record number " + number, "record number " + found);
            }
            requireEqual(name, "link to the previous record", previous, in.readNBytes(Digest.LENGTH_BYTES));
            return readBody(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedException(name, "a record of version 0", "unreadable fields: " + e);
        }
    }

    private static void requireEqual(String name, String what, byte[] expected, byte[] found) {
        if (!Arrays.equals(expected, found)) {
            var hex = HexFormat.of();
            throw new DamagedException(name, what + " " + hex.formatHex(expected), hex.formatHex(found));
        }
    }

    private static void writeBody(DataOutputStream out, LogRecord entry) throws IOException {
        switch (entry) {
            case Opened(Attempt attempt, RestorePointId point) -> {
                writeText(out, "opened");
                writeText(out, attempt.toString());
                writeText(out, point.toString());
            }
            case Committed commit -> {
                writeText(out, "committed");
                writeCommit(out, commit);
            }
            case Removed(RestorePointId point) -> {
                writeText(out, "removed");
                writeText(out, point.toString());
            }
            case Closed(Attempt attempt) -> {
                writeText(out, "closed");
                writeText(out, attempt.toString());
            }
            case Raised(long incarnation) -> {
                writeText(out, "raised");
                out.writeLong(incarnation);
            }
        }
    }

    private static LogRecord readBody(DataInputStream in) throws IOException {
        String kind = readText(in);
        return switch (kind) {
            case "opened" -> new Opened(Attempt.of(readText(in)), RestorePointId.of(readText(in)));
            case "committed" -> readCommit(in);
            case "removed" -> new Removed(RestorePointId.of(readText(in)));
            case "closed" -> new Closed(Attempt.of(readText(in)));
            case "raised" -> new Raised(in.readLong());
            default -> throw new IllegalArgumentException("kind \"" + kind + "\"");
        };
    }

    private static void writeCommit(DataOutputStream out, Committed commit) throws IOException {
        writeText(out, commit.attempt().toString());
        writeText(out, commit.point().toString());
        writeText(out, commit.tracker().toString());
        writeOptional(out, commit.parent() == null ? null : commit.parent().toString());
        writeText(out, commit.description().takenAt().toString());
        writeText(out, commit.description().consistency().name());
        writeText(out, commit.description().domainXml());
        out.writeInt(commit.disks().size());
        for (MappedDisk disk : commit.disks()) {
            writeDisk(out, disk);
        }
        out.writeInt(commit.packs().size());
        for (RestorePointId pack : commit.packs()) {
            writeText(out, pack.toString());
        }
    }

    private static Committed readCommit(DataInputStream in) throws IOException {
        Attempt attempt = Attempt.of(readText(in));
        RestorePointId point = RestorePointId.of(readText(in));
        TrackerId tracker = new TrackerId(readText(in));
        String parent = readOptional(in);
        var description =
                new PointDescription(Instant.parse(readText(in)), Consistency.valueOf(readText(in)), readText(in));
        List<MappedDisk> disks = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            disks.add(readDisk(in));
        }
        List<RestorePointId> packs = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            packs.add(RestorePointId.of(readText(in)));
        }
        RestorePointId parentId = parent == null ? null : RestorePointId.of(parent);
        return new Committed(attempt, point, tracker, parentId, description, disks, packs);
    }

    private static void writeDisk(DataOutputStream out, MappedDisk mapped) throws IOException {
        DiskDescription disk = mapped.disk().description();
        writeText(out, disk.disk().toString());
        writeText(out, disk.target());
        out.writeLong(disk.sizeBytes());
        writeText(out, disk.level().name());
        writeOptional(out, disk.reason() == null ? null : disk.reason().name());
        writeText(out, disk.imageIdentity());
        out.writeLong(mapped.disk().newBytes());
        out.writeLong(mapped.disk().storedBytes());
        writeText(out, mapped.map().hex());
    }

    private static MappedDisk readDisk(DataInputStream in) throws IOException {
        DiskId disk = DiskId.of(readText(in));
        String target = readText(in);
        long sizeBytes = in.readLong();
        Level level = Level.valueOf(readText(in));
        String reason = readOptional(in);
        var description = new DiskDescription(
                disk, target, sizeBytes, level, reason == null ? null : Reason.valueOf(reason), readText(in));
        return new MappedDisk(new StoredDisk(description, in.readLong(), in.readLong()), Digest.ofHex(readText(in)));
    }

    private static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            writeText(out, text);
        }
    }

    private static @Nullable String readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? readText(in) : null;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
