package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.VmHistory.Entry;
import io.tidemark.agent.restore.DomainRewrite;
import io.tidemark.agent.restore.DomainRewrite.RestoredImage;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which disks go to which new images, and the definition that goes beside them.
///
/// @param disks those to restore
/// @param left targets of the others
/// @param definition points to the images if `isMoved`, else it is as it was, as it cannot be read
record RestoreOrder(
        PointKey point,
        Path folder,
        String name,
        ImageFormat format,
        List<DiskDescription> disks,
        List<String> left,
        String definition,
        boolean isMoved) {
    RestoreOrder {
        disks = List.copyOf(disks);
        left = List.copyOf(left);
    }

    /// The answer in JSON.
    record Answer(
            String point,
            String vm,
            String name,
            List<Image> images,
            List<String> leftOut,
            String definition,
            boolean definitionPointsToImages,
            long writtenBytes,
            long durationMillis,
            String next) {}

    /// A new image.
    record Image(String target, String file, String format, long sizeBytes) {}

    /// @param wanted targets; none stands for all that are disks
    static RestoreOrder of(Lookup lookup, Entry entry, List<String> wanted, ImageFormat format, Path to) {
        List<DiskDescription> held = entry.point().receipt().disks().stream()
                .map(StoredDisk::description)
                .toList();
        List<String> targets = held.stream().map(DiskDescription::target).toList();
        for (String target : wanted) {
            if (!targets.contains(target)) {
                throw CommandFailure.failed("restore point "
                        + entry.point().key().point() + ": expected one of its disks " + targets + ", found " + target);
            }
        }
        List<DiskDescription> disks = held.stream()
                .filter(disk -> wanted.isEmpty() ? disk.isDisk() : wanted.contains(disk.target()))
                .toList();
        List<String> left = held.stream()
                .filter(disk -> !disks.contains(disk))
                .map(DiskDescription::target)
                .toList();
        Path folder = to.toAbsolutePath().normalize();
        String name = plain(lookup.vmOf(entry).title());
        RestoreOrder order = new RestoreOrder(entry.point().key(), folder, name, format, disks, left, "", false);
        return order.with(entry.point().description().domainXml());
    }

    /// A domain's name may hold what a file's may not, or what a shell takes apart.
    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9._+-]", "_").replaceFirst("^\\.", "_");
    }

    private RestoreOrder with(String xml) {
        try {
            var images = disks.stream()
                    .collect(Collectors.toMap(DiskDescription::target, disk -> new RestoredImage(file(disk), format)));
            return with(DomainRewrite.moved(xml, images), true);
        } catch (IllegalArgumentException unreadable) {
            return with(xml, false);
        }
    }

    private RestoreOrder with(String definition, boolean isMoved) {
        return new RestoreOrder(point, folder, name, format, disks, left, definition, isMoved);
    }

    Path file(DiskDescription disk) {
        return folder.resolve(name + "-" + plain(disk.target()) + "." + format.code());
    }

    private Path definitionFile() {
        return folder.resolve(name + ".xml");
    }

    List<RestoreTarget> targets() {
        return disks.stream()
                .map(disk -> new RestoreTarget(disk.target(), file(disk).toString(), format))
                .toList();
    }

    /// Nothing that is there is written to.
    void requireFree() {
        Stream.concat(disks.stream().map(this::file), Stream.of(definitionFile()))
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .ifPresent(file -> {
                    throw CommandFailure.failed("restore: expected no file " + file + ", found one");
                });
    }

    void writeDefinition() throws IOException {
        Files.writeString(
                definitionFile(),
                definition.endsWith("\n") ? definition : definition + "\n",
                StandardOpenOption.CREATE_NEW);
    }

    Answer answer(RestoreCompleted done) {
        List<Image> images = disks.stream()
                .map(disk -> new Image(disk.target(), file(disk).toString(), format.code(), disk.sizeBytes()))
                .toList();
        return new Answer(
                point.point().toString(),
                point.vm().toString(),
                name,
                images,
                left,
                definitionFile().toString(),
                isMoved,
                done.writtenBytes(),
                done.durationMillis(),
                next());
    }

    private String next() {
        return isMoved
                ? "virsh define " + definitionFile()
                : "the definition could not be read and is as it was: let its disks point to the new images, then virsh"
                        + " define " + definitionFile();
    }

    List<String> lines(RestoreCompleted done) {
        List<String> lines = new ArrayList<>();
        lines.add("restored " + point.point() + ", " + Amounts.bytes(done.writtenBytes()) + " of data in "
                + Amounts.clock(done.durationMillis() / 1000) + ", every disk read back and compared:");
        disks.forEach(disk -> lines.add("  " + disk.target() + "  " + file(disk)));
        lines.add("next: " + next());
        if (isMoved) {
            lines.add("The definition has the VM's own name, UUID and MAC addresses, and replaces that VM's, if any.");
        }
        if (!left.isEmpty()) {
            lines.add("Left out of the images and of the definition: " + String.join(", ", left));
        }
        return List.copyOf(lines);
    }
}
