package io.tidemark.orchestrator.rebuild.rest;

import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.orchestrator.catalog.RestorePoint.Freeze;
import io.tidemark.orchestrator.rebuild.Export;
import io.tidemark.orchestrator.rebuild.ExportedPoint;
import io.tidemark.orchestrator.rebuild.ExportedPoint.ExportedDisk;
import io.tidemark.orchestrator.rebuild.ExportedVm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An export as text. Of what it holds, one VM at a time is in memory.
final class ExportText implements Export {
    private static final int FORMAT = 1;
    private static final int VMS_MAX = 100_000;
    private static final int POINTS_A_VM_MAX = 20_000;
    /// Far beyond what a catalog can have lived through, and small enough for revisions to be told in JSON.
    private static final long INCARNATION_MAX = 1 << 20;
    private static final int NAME_CHARACTERS_MAX = 1000;
    /// An identity holds a path.
    private static final int IDENTITY_CHARACTERS_MAX = 10_000;
    private static final String UUID_TEXT = "a UUID";

    private final Source source;
    private final RepositoryId repository;

    ExportText(Source source, RepositoryId repository) {
        this.source = source;
        this.repository = repository;
    }

    /// Opens the text at its beginning, again and again.
    interface Source {
        InputStream open() throws IOException;
    }

    private record Head(long incarnation, long vms) {}

    @Override
    public RepositoryId repository() {
        return repository;
    }

    @Override
    public long incarnation() {
        try (ExportLines lines = open()) {
            return head(lines).incarnation();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void forEach(Consumer<ExportedVm> taker) {
        try (ExportLines lines = open()) {
            Head head = head(lines);
            Set<VmId> seen = new HashSet<>();
            while (lines.peek() != null) {
                ExportedVm vm = vm(lines, seen);
                taker.accept(vm);
            }
            if (head.vms() >= 0 && head.vms() != seen.size()) {
                throw new Refusal.Invalid(
                        "line " + lines.number(), head.vms() + " VMs, as line 1 says", "the end after " + seen.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExportLines open() throws IOException {
        return new ExportLines(source.open());
    }

    private static Head head(ExportLines lines) throws IOException {
        ExportLine line = lines.take("the repository");
        requireKind(line, "repository");
        line.number("format", FORMAT, FORMAT);
        line.value("repository", UUID_TEXT, VmId::of);
        long vms = line.has("vms") ? line.number("vms", 0, VMS_MAX) : -1;
        return new Head(line.number("incarnation", 1, INCARNATION_MAX), vms);
    }

    private static void requireKind(ExportLine line, String kind) {
        line.value("kind", "\"" + kind + "\"", text -> {
            if (!text.equals(kind)) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    private ExportedVm vm(ExportLines lines, Set<VmId> seen) throws IOException {
        int number = lines.number();
        ExportLine line = lines.take("a VM");
        requireKind(line, "vm");
        VmId id = line.value("vm", UUID_TEXT, VmId::of);
        if (!seen.add(id) || seen.size() > VMS_MAX) {
            throw line.refused("vm", "each VM once, and at most " + VMS_MAX);
        }
        Attempt newest = line.has("newestAttempt") ? attempt(line, "newestAttempt") : null;
        long count = line.number("points", 0, POINTS_A_VM_MAX);
        List<ExportedPoint> points = new ArrayList<>();
        Set<RestorePointId> ids = new HashSet<>();
        while (points.size() < count) {
            int at = lines.number();
            ExportLine next = lines.take("point " + (points.size() + 1) + " of the " + count + " of VM " + id);
            ExportedPoint point = point(next, at, id);
            if (!ids.add(point.point().id())) {
                throw next.refused("point", "each point once");
            }
            requireNotNewer(next, point.point().attempt(), newest);
            points.add(point);
        }
        return new ExportedVm(
                number,
                id,
                line.optionalText("name", NAME_CHARACTERS_MAX),
                line.optionalValue("domain", UUID_TEXT, DomainUuid::of),
                newest,
                points);
    }

    private static void requireNotNewer(ExportLine line, @Nullable Attempt attempt, @Nullable Attempt newest) {
        if (attempt == null || newest == null || attempt.compareTo(newest) > 0) {
            throw line.refused("attempt", "at most the VM's newestAttempt, " + newest);
        }
    }

    private static Attempt attempt(ExportLine line, String member) {
        String expected = "incarnation.sequence, the incarnation at most " + INCARNATION_MAX;
        Attempt attempt = line.value(member, expected, Attempt::of);
        if (attempt.incarnation() > INCARNATION_MAX) {
            throw line.refused(member, expected);
        }
        return attempt;
    }

    private ExportedPoint point(ExportLine line, int number, VmId vm) {
        requireKind(line, "point");
        if (!line.value("vm", UUID_TEXT, VmId::of).equals(vm)) {
            throw line.refused("vm", "VM " + vm + ", whose points these are");
        }
        RestorePointId id = line.value("point", UUID_TEXT, RestorePointId::of);
        List<ExportedDisk> disks = disks(line);
        boolean isIncremental = disks.stream().anyMatch(disk -> disk.part().level() == Level.INCREMENTAL);
        RestorePointId parent = line.optionalValue("parent", UUID_TEXT, RestorePointId::of);
        RestorePoint point = new RestorePoint(
                id,
                vm,
                line.value("tracker", "1 to 63 of a-z, 0-9 and hyphen", TrackerId::new),
                isIncremental ? parent : null,
                line.instant("takenAt"),
                line.word("consistency", Consistency.values()),
                0,
                0,
                null,
                attempt(line, "attempt"),
                List.of(new Copy(
                        repository,
                        CopyState.AVAILABLE,
                        line.digest("commitRecord"),
                        bytes(line, "storedBytes"),
                        bytes(line, "newBytes"),
                        1)),
                disks.stream().map(ExportedDisk::part).toList(),
                Freeze.UNTOLD);
        return new ExportedPoint(number, point, disks, line.has("holds") ? holds(line, id) : null);
    }

    private static long bytes(ExportLine line, String member) {
        return line.number(member, 0, Long.MAX_VALUE);
    }

    private static List<ExportedDisk> disks(ExportLine line) {
        List<ExportedDisk> disks = new ArrayList<>();
        Set<DiskId> ids = new HashSet<>();
        Set<String> targets = new HashSet<>();
        for (ExportLine each : line.objects("disks")) {
            if (!isDisk(each)) {
                continue;
            }
            ExportedDisk disk = disk(each);
            if (!ids.add(disk.part().disk())) {
                throw each.refused("disk", "each disk once");
            }
            if (!targets.add(disk.part().target())) {
                throw each.refused("target", "each target once");
            }
            disks.add(disk);
        }
        return disks;
    }

    /// A point may hold what else makes a VM, which no catalog lists.
    private static boolean isDisk(ExportLine line) {
        String part = line.optionalText("part", NAME_CHARACTERS_MAX);
        return part == null || part.equals("disk");
    }

    /// New bytes stand for dirty ones, as where an agent tells of a commit from its log.
    private static ExportedDisk disk(ExportLine line) {
        DiskPart part = new DiskPart(
                line.value("disk", UUID_TEXT, DiskId::of),
                line.text("target", NAME_CHARACTERS_MAX),
                line.word("level", Level.values()),
                line.optionalWord("reason", Reason.values()),
                bytes(line, "sizeBytes"),
                bytes(line, "newBytes"),
                bytes(line, "storedBytes"),
                line.text("imageIdentity", IDENTITY_CHARACTERS_MAX),
                false,
                bytes(line, "newBytes"));
        return new ExportedDisk(
                part,
                line.optionalText("serial", NAME_CHARACTERS_MAX),
                line.optionalWord("format", ImageFormat.values()));
    }

    private List<PointHold> holds(ExportLine line, RestorePointId point) {
        return line.objects("holds").stream()
                .map(hold -> new PointHold(
                        hold.value("hold", UUID_TEXT, HoldId::of),
                        point,
                        repository,
                        hold.text("reason", NAME_CHARACTERS_MAX),
                        hold.instant("heldAt")))
                .toList();
    }
}
