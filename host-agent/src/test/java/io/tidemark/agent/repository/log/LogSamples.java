package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.Device;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Part;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.Fence;
import io.tidemark.agent.repository.log.LogRecord.Held;
import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.log.LogRecord.MovedDisk;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.ReadOpened;
import io.tidemark.agent.repository.log.LogRecord.Released;
import io.tidemark.agent.repository.log.LogRecord.RepackOpened;
import io.tidemark.agent.repository.log.LogRecord.Repacked;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.LogView.Entry;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Records of one VM's log. Session, attempt and point of one number belong together.
final class LogSamples {
    static final LogKey KEY = new LogKey(new UUID(0x9001, 1), new VmId(new UUID(0x1001, 1)));
    static final Signatures SIGNATURES = TestHosts.enrolled(new MemoryBlobs(), KEY.repository(), TestHosts.SELF);
    static final TrackerId TRACKER = new TrackerId("default");
    static final HoldId HOLD = new HoldId(new UUID(0x6001, 1));
    static final Instant OPENED_AT = Instant.parse("2026-01-02T03:04:05.000000006Z");

    private LogSamples() {}

    static SessionId session(long number) {
        return new SessionId(new UUID(0x5001, number));
    }

    static Attempt attempt(long number) {
        return new Attempt(1, number);
    }

    static RestorePointId point(long number) {
        return new RestorePointId(new UUID(0x3001, number));
    }

    static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Opened opened(long number) {
        return new Opened(session(number), attempt(number), point(number), OPENED_AT);
    }

    static ReadOpened readOpened(long session, long point) {
        return new ReadOpened(session(session), point(point), OPENED_AT);
    }

    static RepackOpened repackOpened(long session) {
        return new RepackOpened(session(session), OPENED_AT);
    }

    /// Its first disk has moved.
    static Repacked repacked(long session, long point) {
        DiskId disk =
                committed(point, null).disks().getFirst().disk().description().disk();
        return new Repacked(
                session(session),
                point(point),
                List.of(new MovedDisk(disk, new Place(new PackId(session(session), 1), 3))),
                List.of(new MadePacks(session(session), 2, 4711, digest("packs of the repack " + session))));
    }

    /// An incremental point of two disks, the second of which is all zero.
    static Committed committed(long number, @Nullable Long parent) {
        return new Committed(
                session(number),
                attempt(number),
                TestHosts.SELF.id(),
                point(number),
                TRACKER,
                parent == null ? null : point(parent),
                new PointDescription(Instant.parse("2026-01-02T03:04:00Z"), Consistency.FILESYSTEM, "<domain/>"),
                Decoding.ALL,
                List.of(
                        disk(number, "vda", null, new Place(new PackId(session(number), 2), 17)),
                        disk(number, "vdb", Reason.DISK_ADDED, null)),
                List.of(
                        new MadePacks(session(number), 3, 90_000_000, digest("packs of " + number)),
                        new MadePacks(session(number + 1000), 1, 77, digest("packs of an earlier session"))),
                parent == null ? null : digest("commit of " + parent));
    }

    private static RootedDisk disk(long number, String target, @Nullable Reason reason, @Nullable Place place) {
        Level level = reason == null ? Level.INCREMENTAL : Level.FULL;
        var disk = new DiskId(new UUID(0x2001, target.hashCode()));
        var description = new DiskDescription(disk, target, 10_737_418_240L, level, reason, "image of " + target);
        return new RootedDisk(
                new StoredDisk(description, 1_048_576, 524_288),
                new DiskRoot(digest("root of " + target + " in " + number), place));
    }

    /// The same commit with other texts in it.
    static Committed withTexts(Committed commit, String text) {
        var description = new PointDescription(
                commit.description().takenAt(), commit.description().consistency(), text);
        List<RootedDisk> disks =
                commit.disks().stream().map(each -> withTexts(each, text)).toList();
        return with(commit, description, disks);
    }

    private static Committed with(Committed commit, PointDescription description, List<RootedDisk> disks) {
        return new Committed(
                commit.session(),
                commit.attempt(),
                commit.host(),
                commit.point(),
                commit.tracker(),
                commit.parent(),
                description,
                commit.decoded(),
                disks,
                commit.made(),
                commit.previousCommit());
    }

    private static RootedDisk withTexts(RootedDisk rooted, String text) {
        DiskDescription disk = rooted.disk().description();
        var description = new DiskDescription(disk.disk(), text, disk.sizeBytes(), disk.level(), disk.reason(), text);
        return with(rooted, description);
    }

    /// The same commit with devices that are known, a disk that begins an epoch, and the firmware's variables.
    private static Committed withParts(Committed commit) {
        RootedDisk disk = commit.disks().getFirst();
        return with(
                commit,
                commit.description(),
                List.of(
                        with(disk, "vda", new Device(Part.DISK, "virtio", "qcow2"), true),
                        with(disk, "nvram", new Device(Part.NVRAM, "", "raw"), false)));
    }

    /// The same commit of one disk, as a differential.
    private static Committed differing(Committed commit) {
        RootedDisk rooted = commit.disks().getFirst();
        DiskDescription disk = rooted.disk().description();
        var description = new DiskDescription(
                disk.disk(), disk.target(), disk.sizeBytes(), disk.level(), Reason.DIFFERENTIAL, disk.imageIdentity());
        return with(commit, commit.description(), List.of(with(rooted, description)));
    }

    private static RootedDisk with(RootedDisk rooted, String target, Device device, boolean epochBegun) {
        DiskDescription disk = rooted.disk().description();
        var description = new DiskDescription(
                disk.disk(),
                target,
                device,
                disk.sizeBytes(),
                disk.level(),
                disk.reason(),
                disk.imageIdentity(),
                epochBegun);
        return with(rooted, description);
    }

    private static RootedDisk with(RootedDisk rooted, DiskDescription description) {
        return new RootedDisk(
                new StoredDisk(
                        description, rooted.disk().newBytes(), rooted.disk().storedBytes()),
                rooted.root());
    }

    /// A record of each kind, and of the commit both with everything and with nothing that may be absent.
    enum Kind {
        OPENED,
        READ_OPENED,
        COMMITTED,
        COMMITTED_ALONE,
        COMMITTED_SAMPLED,
        COMMITTED_PARTS,
        COMMITTED_DIFFERENTIAL,
        REPACK_OPENED,
        REPACKED,
        PRUNED,
        HELD,
        RELEASED,
        FENCE,
        SESSION_CLOSED,
        ATTEMPT_CLOSED,
        RAISED;

        LogRecord record() {
            return switch (this) {
                case OPENED -> opened(2);
                case READ_OPENED -> readOpened(3, 2);
                case COMMITTED -> committed(2, 1L);
                case COMMITTED_ALONE -> alone(Decoding.ALL);
                case COMMITTED_SAMPLED -> alone(Decoding.SAMPLE);
                case COMMITTED_PARTS -> withParts(committed(3, 2L));
                case COMMITTED_DIFFERENTIAL -> differing(committed(4, 2L));
                case REPACK_OPENED -> repackOpened(5);
                case REPACKED -> repacked(5, 2);
                case PRUNED -> new Pruned(point(1));
                case HELD -> new Held(new Hold(HOLD, point(2), "a court asks for it", OPENED_AT));
                case RELEASED -> new Released(HOLD);
                case FENCE -> new Fence(session(4));
                case SESSION_CLOSED -> new SessionClosed(session(2));
                case ATTEMPT_CLOSED -> new AttemptClosed(attempt(2));
                case RAISED -> new Raised(7);
            };
        }
    }

    private static Committed alone(Decoding decoded) {
        Committed commit = committed(1, null);
        return new Committed(
                commit.session(),
                commit.attempt(),
                commit.host(),
                commit.point(),
                commit.tracker(),
                null,
                commit.description(),
                decoded,
                List.of(),
                List.of(),
                null);
    }

    /// The JSON of the record as the first of its log.
    static String json(LogRecord record) {
        byte[] bytes = new LogCodec(KEY, ContentSeal.NONE, SIGNATURES).encode(0, Optional.empty(), record);
        return new String(bytes, StandardCharsets.UTF_8).lines().toList().get(1);
    }

    /// A record that holds whatever is given, with the digest that belongs to it, and as a commit the signature.
    static byte[] framed(String json, Charset charset) {
        byte[] lines = ("tidemark-log 1\n" + json + "\n").getBytes(charset);
        boolean isCommit = json.contains("\"kind\":\"committed\"");
        return RecordFrame.whole(
                lines, isCommit ? Optional.of(SIGNATURES.sign(TestHosts.SELF.id(), lines)) : Optional.empty());
    }

    /// What a log of these records says.
    static LogView view(LogRecord... records) {
        return LogView.EMPTY.plus(entries(0, List.of(records)));
    }

    static List<Entry> entries(long first, List<LogRecord> records) {
        List<Entry> entries = new ArrayList<>();
        for (LogRecord record : records) {
            long number = first + entries.size();
            entries.add(new Entry(number, digest("record " + number), record));
        }
        return entries;
    }
}
