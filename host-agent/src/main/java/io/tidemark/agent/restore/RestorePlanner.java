package io.tidemark.agent.restore;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.Domains;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.restore.DomainRewrite.RestoredImage;
import io.tidemark.agent.restore.RestorePlan.PlannedDisk;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Refuses what cannot end well before anything is written.
final class RestorePlanner {
    private final Domains domains;

    RestorePlanner(Domains domains) {
        this.domains = domains;
    }

    RestorePlan plan(StartRestore command, Repository repository) {
        RestorePoint point = point(command, repository);
        if (command.disks().isEmpty()) {
            throw new RestoreFailure(
                    FailureReason.MESSAGE_MALFORMED, "restore " + command.task() + ": expected a disk, found none");
        }
        List<PlannedDisk> disks = new ArrayList<>();
        Set<Path> files = new HashSet<>();
        Set<String> targets = new HashSet<>();
        for (RestoreTarget target : command.disks()) {
            PlannedDisk disk = disk(command, point, target);
            if (!files.add(disk.file()) || !targets.add(target.target())) {
                throw new RestoreFailure(
                        FailureReason.MESSAGE_MALFORMED,
                        "disk " + target.target() + ", image " + disk.file()
                                + ": expected each disk and image once, found one twice");
            }
            disks.add(disk);
        }
        NewDomain wanted = command.newDomain();
        return new RestorePlan(
                command.task(), point.key(), disks, wanted == null ? null : domainXml(point, wanted, disks));
    }

    private static RestorePoint point(StartRestore command, Repository repository) {
        return repository.points(command.vm()).stream()
                .filter(point -> point.key().equals(new PointKey(command.vm(), command.point())))
                .findFirst()
                .orElseThrow(() -> new RestoreFailure(
                        FailureReason.NO_SUCH_RESTORE_POINT,
                        "restore point " + command.point() + " of VM " + command.vm() + ": expected it in repository "
                                + command.repository() + ", found none"));
    }

    private static PlannedDisk disk(StartRestore command, RestorePoint point, RestoreTarget target) {
        Path file = Path.of(target.path()).normalize();
        if (!file.isAbsolute() || file.getFileName() == null) {
            throw new RestoreFailure(
                    FailureReason.MESSAGE_MALFORMED,
                    "image for " + target.target() + ": expected an absolute path, found " + target.path());
        }
        requireFree(file);
        return new PlannedDisk(
                stored(point, target.target()), file, RestorePlan.partial(file, command.task()), target.format());
    }

    private static DiskDescription stored(RestorePoint point, String target) {
        List<DiskDescription> held =
                point.receipt().disks().stream().map(StoredDisk::description).toList();
        return held.stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new RestoreFailure(
                        FailureReason.NO_SUCH_RESTORE_POINT,
                        "restore point " + point.key().point() + ": expected one of its disks "
                                + held.stream().map(DiskDescription::target).toList() + ", found " + target));
    }

    /// A dangling link counts as there: something else may be meant to appear behind it.
    private static void requireFree(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RestoreFailure(
                    FailureReason.TARGET_EXISTS, "image " + file + ": expected no such file, found one");
        }
        Path folder = file.resolveSibling("");
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new RestoreFailure(
                    FailureReason.INTERNAL,
                    "image " + file + ": expected a writable folder " + folder + ", found "
                            + (Files.exists(folder) ? "one that is not" : "none"));
        }
    }

    private String domainXml(RestorePoint point, NewDomain wanted, List<PlannedDisk> disks) {
        DomainView found = existing(wanted);
        if (found != null) {
            throw new RestoreFailure(
                    FailureReason.TARGET_EXISTS,
                    "domain " + wanted.name() + " (" + wanted.uuid() + "): expected none of that name or UUID, found "
                            + found.name() + " (" + found.uuid() + ")");
        }
        Map<String, RestoredImage> images = disks.stream()
                .collect(Collectors.toMap(
                        disk -> disk.disk().target(), disk -> new RestoredImage(disk.file(), disk.format())));
        try {
            return DomainRewrite.rewritten(point.description().domainXml(), wanted, images);
        } catch (IllegalArgumentException e) {
            throw new RestoreFailure(
                    FailureReason.INTERNAL, "restore point " + point.key().point() + ": " + e.getMessage(), e);
        }
    }

    private @Nullable DomainView existing(NewDomain wanted) {
        return Stream.concat(domains.domains().stream(), domains.departed().stream())
                .filter(domain ->
                        domain.name().equals(wanted.name()) || domain.uuid().equals(wanted.uuid()))
                .findFirst()
                .orElse(null);
    }
}
