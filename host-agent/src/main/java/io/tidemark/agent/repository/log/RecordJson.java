package io.tidemark.agent.repository.log;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.StoredDisk;
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
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Kind and fields of a record as members of its JSON object. What reads throws `IllegalArgumentException` or
/// `DateTimeException` for what a program of this version would not have written.
final class RecordJson {
    private static final String LOCKED = "locked";

    private RecordJson() {}

    static void write(ObjectNode json, LogRecord entry, ContentSeal seal) {
        switch (entry) {
            case Opened opened -> {
                json.put("kind", "opened").put("session", opened.session().toString());
                json.put("attempt", opened.attempt().toString());
                json.put("point", opened.point().toString());
                json.put("openedAt", opened.openedAt().toString());
            }
            case ReadOpened opened -> {
                json.put("kind", "read-opened").put("session", opened.session().toString());
                json.put("point", opened.point().toString());
                json.put("openedAt", opened.openedAt().toString());
            }
            case RepackOpened opened -> {
                json.put("kind", "repack-opened")
                        .put("session", opened.session().toString());
                json.put("openedAt", opened.openedAt().toString());
            }
            case Committed commit -> writeCommit(json.put("kind", "committed"), commit, seal);
            case Repacked repacked -> writeRepacked(json.put("kind", "repacked"), repacked);
            case Pruned(RestorePointId point) -> json.put("kind", "pruned").put("point", point.toString());
            case Held(Hold hold) -> {
                json.put("kind", "held").put("hold", hold.id().toString());
                json.put("point", hold.point().toString()).put("reason", hold.reason());
                json.put("heldAt", hold.heldAt().toString());
            }
            case Released(HoldId hold) -> json.put("kind", "released").put("hold", hold.toString());
            case Fence(SessionId collection) -> json.put("kind", "fence").put("collection", collection.toString());
            case SessionClosed(SessionId session) ->
                json.put("kind", "session-closed").put("session", session.toString());
            case AttemptClosed(Attempt attempt) ->
                json.put("kind", "attempt-closed").put("attempt", attempt.toString());
            case Raised(long incarnation) -> json.put("kind", "raised").put("incarnation", incarnation);
        }
    }

    static LogRecord read(String name, Fields json, ContentSeal seal) {
        String kind = json.text("kind");
        return switch (kind) {
            case "opened" ->
                new Opened(
                        json.id("session", SessionId::of),
                        json.id("attempt", Attempt::of),
                        json.id("point", RestorePointId::of),
                        Instant.parse(json.text("openedAt")));
            case "read-opened" ->
                new ReadOpened(
                        json.id("session", SessionId::of),
                        json.id("point", RestorePointId::of),
                        Instant.parse(json.text("openedAt")));
            case "repack-opened" ->
                new RepackOpened(json.id("session", SessionId::of), Instant.parse(json.text("openedAt")));
            case "committed" -> readCommit(name, json, seal);
            case "repacked" -> readRepacked(json);
            case "pruned" -> new Pruned(json.id("point", RestorePointId::of));
            case "held" ->
                new Held(new Hold(
                        json.id("hold", HoldId::of),
                        json.id("point", RestorePointId::of),
                        json.text("reason"),
                        Instant.parse(json.text("heldAt"))));
            case "released" -> new Released(json.id("hold", HoldId::of));
            case "fence" -> new Fence(json.id("collection", SessionId::of));
            case "session-closed" -> new SessionClosed(json.id("session", SessionId::of));
            case "attempt-closed" -> new AttemptClosed(json.id("attempt", Attempt::of));
            case "raised" -> new Raised(json.integer("incarnation"));
            default -> throw tooNew(name, "kind", kind);
        };
    }

    private static FormatTooNew tooNew(String name, String what, String found) {
        return new FormatTooNew(name + ": expected a " + what + " of version 1, found \"" + found + "\"");
    }

    private static void writeCommit(ObjectNode json, Committed commit, ContentSeal seal) {
        json.put("session", commit.session().toString());
        json.put("attempt", commit.attempt().toString());
        json.put("host", commit.host().toString());
        json.put("point", commit.point().toString());
        json.put("tracker", commit.tracker().toString());
        if (commit.parent() != null) {
            json.put("parent", commit.parent().toString());
        }
        json.put("takenAt", commit.description().takenAt().toString());
        json.put("consistency", commit.description().consistency().code());
        if (commit.decoded() != Decoding.ALL) {
            json.put("decoded", commit.decoded().code());
        }
        ArrayNode disks = json.putArray("disks");
        commit.disks().forEach(disk -> writeShape(disks.addObject(), disk));
        ArrayNode made = json.putArray("made");
        commit.made().forEach(packs -> writeMade(made.addObject(), packs));
        if (commit.previousCommit() != null) {
            json.put("previousCommit", commit.previousCommit().hex());
        }
        if (seal.isSealing()) {
            ObjectNode content = json.objectNode();
            writeContent(content, commit);
            byte[] plain = content.toString().getBytes(StandardCharsets.UTF_8);
            json.put("sealed", Base64.getEncoder().encodeToString(seal.seal(commit.point(), plain)));
        } else {
            writeContent(json.putObject("content"), commit);
        }
    }

    private static void writeShape(ObjectNode json, RootedDisk disk) {
        DiskDescription description = disk.disk().description();
        json.put("disk", description.disk().toString());
        if (!description.isDisk()) {
            json.put("part", description.device().part().code());
        }
        json.put("sizeBytes", description.sizeBytes());
        json.put("level", description.level().code());
        if (description.reason() != null) {
            json.put("reason", description.reason().code());
        }
        if (description.epochBegun()) {
            json.put("epochBegun", true);
        }
        json.put("newBytes", disk.disk().newBytes());
        json.put("storedBytes", disk.disk().storedBytes());
        ObjectNode root = json.putObject("root").put("id", disk.root().id().hex());
        Place place = disk.root().place();
        if (place != null) {
            writePlace(root, place);
        }
    }

    private static void writeRepacked(ObjectNode json, Repacked repacked) {
        json.put("session", repacked.session().toString());
        json.put("point", repacked.point().toString());
        ArrayNode disks = json.putArray("disks");
        for (MovedDisk disk : repacked.disks()) {
            ObjectNode moved = disks.addObject().put("disk", disk.disk().toString());
            writePlace(moved, disk.root());
        }
        ArrayNode made = json.putArray("made");
        repacked.made().forEach(packs -> writeMade(made.addObject(), packs));
    }

    private static void writePlace(ObjectNode json, Place place) {
        json.putObject("place").put("pack", place.pack().toString()).put("entry", place.entry());
    }

    private static void writeMade(ObjectNode json, MadePacks packs) {
        json.put("session", packs.session().toString()).put("count", packs.count());
        json.put("sizeBytes", packs.sizeBytes()).put("digest", packs.digest().hex());
    }

    /// What is nobody's to read who only cares for packs.
    private static void writeContent(ObjectNode json, Committed commit) {
        json.put("domainXml", commit.description().domainXml());
        ArrayNode disks = json.putArray("disks");
        for (RootedDisk disk : commit.disks()) {
            DiskDescription description = disk.disk().description();
            ObjectNode content = disks.addObject().put("target", description.target());
            putUnlessEmpty(content, "bus", description.device().bus());
            putUnlessEmpty(content, "format", description.device().format());
            content.put("imageIdentity", description.imageIdentity());
        }
    }

    private static void putUnlessEmpty(ObjectNode json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    /// What a record of a repository with protection says to whoever cannot open it.
    private static Fields lockedContent(int disks) {
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("domainXml", LOCKED);
        ArrayNode each = content.putArray("disks");
        for (int disk = 0; disk < disks; disk++) {
            each.addObject().put("target", LOCKED).put("imageIdentity", LOCKED);
        }
        return Fields.of(content);
    }

    private static Fields content(Fields json, ContentSeal seal) {
        if (!seal.isSealing()) {
            return json.object("content");
        }
        byte[] sealed = Base64.getDecoder().decode(json.text("sealed"));
        return seal.open(json.id("point", RestorePointId::of), sealed)
                .map(LogCodec::fields)
                .orElseGet(() -> lockedContent(json.objects("disks").size()));
    }

    private static Committed readCommit(String name, Fields json, ContentSeal seal) {
        Fields content = content(json, seal);
        return new Committed(
                json.id("session", SessionId::of),
                json.id("attempt", Attempt::of),
                json.id("host", HostId::of),
                json.id("point", RestorePointId::of),
                json.id("tracker", TrackerId::new),
                json.optionalId("parent", RestorePointId::of).orElse(null),
                new PointDescription(
                        Instant.parse(json.text("takenAt")),
                        word(name, "consistency", json, Consistency.values(), Consistency::code),
                        content.text("domainXml")),
                json.optionalText("decoded").isEmpty()
                        ? Decoding.ALL
                        : word(name, "decoded", json, Decoding.values(), Decoding::code),
                readDisks(name, json.objects("disks"), content.objects("disks")),
                json.objects("made").stream().map(RecordJson::readMade).toList(),
                json.optionalId("previousCommit", Digest::ofHex).orElse(null));
    }

    private static Repacked readRepacked(Fields json) {
        return new Repacked(
                json.id("session", SessionId::of),
                json.id("point", RestorePointId::of),
                json.objects("disks").stream()
                        .map(disk -> new MovedDisk(disk.id("disk", DiskId::of), readPlace(disk.object("place"))))
                        .toList(),
                json.objects("made").stream().map(RecordJson::readMade).toList());
    }

    private static List<RootedDisk> readDisks(String name, List<Fields> shapes, List<Fields> contents) {
        if (shapes.size() != contents.size()) {
            throw new IllegalArgumentException(
                    "content: expected " + shapes.size() + " disks, found " + contents.size());
        }
        List<RootedDisk> disks = new ArrayList<>();
        for (int index = 0; index < shapes.size(); index++) {
            disks.add(readDisk(name, shapes.get(index), contents.get(index)));
        }
        return disks;
    }

    private static RootedDisk readDisk(String name, Fields shape, Fields content) {
        Optional<Reason> reason = shape.optionalText("reason").isEmpty()
                ? Optional.empty()
                : Optional.of(word(name, "reason", shape, Reason.values(), Reason::code));
        var description = new DiskDescription(
                shape.id("disk", DiskId::of),
                content.text("target"),
                readDevice(name, shape, content),
                shape.integer("sizeBytes"),
                word(name, "level", shape, Level.values(), Level::code),
                reason.orElse(null),
                content.text("imageIdentity"),
                shape.optionalFlag("epochBegun").orElse(false));
        var stored = new StoredDisk(description, shape.count("newBytes"), shape.count("storedBytes"));
        return new RootedDisk(stored, readRoot(shape.object("root")));
    }

    private static Device readDevice(String name, Fields shape, Fields content) {
        return new Device(
                shape.optionalText("part").isEmpty() ? Part.DISK : word(name, "part", shape, Part.values(), Part::code),
                content.optionalText("bus").orElse(""),
                content.optionalText("format").orElse(""));
    }

    private static DiskRoot readRoot(Fields json) {
        Optional<Place> place = json.optionalObject("place").map(RecordJson::readPlace);
        return new DiskRoot(json.id("id", Digest::ofHex), place.orElse(null));
    }

    private static Place readPlace(Fields json) {
        return new Place(json.id("pack", PackId::of), json.smallCount("entry"));
    }

    private static MadePacks readMade(Fields json) {
        return new MadePacks(
                json.id("session", SessionId::of),
                json.smallCount("count"),
                json.count("sizeBytes"),
                json.id("digest", Digest::ofHex));
    }

    /// A word of a vocabulary. Words are only ever added, so an unknown one is that of a newer program.
    private static <T> T word(String name, String field, Fields json, T[] words, Function<T, String> code) {
        String found = json.text(field);
        return Arrays.stream(words)
                .filter(each -> code.apply(each).equals(found))
                .findFirst()
                .orElseThrow(() -> tooNew(name, field, found));
    }
}
