package io.tidemark.agent.snapshot.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.qcow2.Qcow2Bitmap;
import io.tidemark.agent.qcow2.Qcow2Image;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// Snapshots in the table of a qcow2 image that no QEMU has open, by `qemu-img snapshot`. Source: QEMU,
/// `docs/tools/qemu-img.rst` and `block/qcow2-snapshot.c`; observed with QEMU 7.2.
///
/// A `qemu-img` that was cut off leaves clusters that nobody refers to; the next revert or delete frees them.
public final class Qcow2Internal implements VolumeSnapshots {
    private static final ObjectMapper JSON = new ObjectMapper();
    /// qcow2 numbers its snapshots, and `qemu-img snapshot -a` takes a number for a name.
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final HostCommands commands;

    public Qcow2Internal(HostTools tools) {
        this.commands = new HostCommands(tools);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.QCOW2_INTERNAL;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        if (volume.format() != ImageFormat.QCOW2) {
            return Optional.of(
                    "expected the format qcow2, found " + volume.format().code());
        }
        try (Qcow2Image image = Qcow2Image.open(volume.path())) {
            return image.header().hasExternalDataFile()
                    ? Optional.of("expected the image to hold its data, found an external data file")
                    : commands.lack("qemu-img", "--version", "qemu-utils");
        } catch (IOException e) {
            return Optional.of("expected a qcow2 image, found " + e.getMessage());
        }
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        Mechanisms.require(volume, mechanism(), whyNot(volume));
        commands.requireFree(volume);
        if (NUMBER.matcher(name.value()).matches()) {
            throw new SnapshotException(
                    FailureReason.NAME_UNFIT,
                    "snapshot " + name + " of " + volume + ": expected more than digits, which qcow2 keeps for itself,"
                            + " found " + name);
        }
        for (JsonNode snapshot : snapshots(volume)) {
            if (isCalled(snapshot, "name", name.value()) || isCalled(snapshot, "id", name.value())) {
                throw new SnapshotException(
                        FailureReason.NAME_TAKEN,
                        "snapshot " + name + ": expected a name that is free, found it in " + volume + ", with the id "
                                + snapshot.path("id").asText() + " and the name "
                                + snapshot.path("name").asText());
            }
        }
        return new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                mechanism(),
                name.value(),
                null,
                mechanism().code() + ":" + VolumeFile.resolved(volume.path()));
    }

    private static boolean isCalled(JsonNode snapshot, String field, String name) {
        return snapshot.path(field).asText().equals(name);
    }

    /// As `qemu-img info` shows them, in the order of the image's table.
    private JsonNode snapshots(Volume volume) {
        // -U: those of an image in use may be looked at as well
        String answer = commands.done(
                "qemu-img",
                "info",
                "-U",
                "-f",
                "qcow2",
                "--output=json",
                volume.path().toString());
        try {
            return JSON.readTree(answer).path("snapshots");
        } catch (JsonProcessingException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "qemu-img info of " + volume + ": " + e, e);
        }
    }

    private boolean isThere(Volume volume, SnapshotMember member) {
        return StreamSupport.stream(snapshots(volume).spliterator(), false)
                .anyMatch(snapshot ->
                        isCalled(snapshot, "name", VolumeFile.name(member).value()));
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        settle(volume);
        commands.requireFree(volume);
        if (!isThere(volume, planned)) {
            change(volume, "snapshot", "-c", planned.storageName());
            commands.sync(volume.path());
        }
    }

    /// Waits for a `qemu-img` that outlived the agent that started it: it holds the lock of flock(1), which is not
    /// one of QEMU's.
    private void settle(Volume volume) {
        commands.doneAtLength("flock", volume.path().toString(), "true");
    }

    private void change(Volume volume, String subcommand, String... arguments) {
        String path = volume.path().toString();
        List<String> command = new ArrayList<>(List.of("flock", path, "qemu-img", subcommand));
        command.addAll(List.of(arguments));
        command.add(path);
        commands.doneAtLength(command.toArray(String[]::new));
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return StreamSupport.stream(snapshots(volume).spliterator(), false)
                .map(this::report)
                .toList();
    }

    private SnapshotReport report(JsonNode snapshot) {
        long stateBytes = snapshot.path("vm-state-size").asLong();
        return new SnapshotReport(
                mechanism(),
                snapshot.path("name").asText(),
                Instant.ofEpochSecond(
                        snapshot.path("date-sec").asLong(),
                        snapshot.path("date-nsec").asLong()),
                null,
                null, // which clusters only it refers to is not in the image
                stateBytes == 0 ? List.of() : List.of("the memory of a guest, " + stateBytes + " bytes"));
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        settle(volume);
        commands.requireFree(volume);
        if (!isThere(volume, member)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of " + volume + ": expected it in the image, found none");
        }
        List<String> bitmaps = bitmaps(volume);
        List<String> foreign = bitmaps.stream()
                .filter(name -> !name.startsWith(BackupOrder.MARK))
                .toList();
        if (!foreign.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.NEWER_RESTORE_POINT,
                    volume + ": expected no dirty bitmaps but our own, as they would not know of a revert, found "
                            + foreign);
        }
        bitmaps.forEach(name -> remove(volume, name));
        change(volume, "snapshot", "-a", member.storageName());
        freeLeaks(volume);
    }

    private static List<String> bitmaps(Volume volume) {
        Path path = volume.path();
        try (Qcow2Image image = Qcow2Image.open(path)) {
            return image.bitmaps().stream().map(Qcow2Bitmap::name).toList();
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "bitmaps of " + volume + ": " + e, e);
        }
    }

    private void remove(Volume volume, String bitmap) {
        String path = volume.path().toString();
        commands.doneAtLength("flock", path, "qemu-img", "bitmap", "--remove", "-f", "qcow2", path, bitmap);
    }

    private void freeLeaks(Volume volume) {
        change(volume, "check", "-q", "-f", "qcow2", "-r", "leaks");
        commands.sync(volume.path());
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        settle(volume);
        commands.requireFree(volume);
        if (isThere(volume, member)) {
            change(volume, "snapshot", "-d", member.storageName());
        }
        freeLeaks(volume);
    }
}
