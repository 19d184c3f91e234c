package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.schemas.id.RestorePointId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/// libvirt's XML of a pull-mode backup and its checkpoint, and our mark in it: the names of the scratch files.
final class BackupXml {
    private static final Pattern SCRATCH_NAME =
            Pattern.compile(".*/" + BackupOrder.MARK + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[^/]+");

    private BackupXml() {}

    static String backup(BackupOrder order) {
        return order.disks().stream()
                .map(disk -> diskOfBackup(order, disk))
                .collect(Collectors.joining(
                        "",
                        "<domainbackup mode='pull'><server transport='unix' socket='%s'/><disks>"
                                .formatted(XmlText.escaped(order.nbdSocket().toString())),
                        "</disks></domainbackup>"));
    }

    private static String diskOfBackup(BackupOrder order, DiskOrder disk) {
        String mode = disk.incrementalFrom()
                .map(from -> "backupmode='incremental' incremental='%s'".formatted(XmlText.escaped(from)))
                .orElse("backupmode='full'");
        String scratch = order.scratch(disk.target()).toString();
        return "<disk name='%s' backup='yes' type='file' %s><driver type='qcow2'/><scratch file='%s'/></disk>"
                .formatted(XmlText.escaped(disk.target()), mode, XmlText.escaped(scratch));
    }

    /// The checkpoint to make with the backup; a raw image among the disks is named so that libvirt leaves it out.
    static Optional<String> checkpoint(BackupOrder order) {
        return order.newCheckpoint()
                .map(name -> order.disks().stream()
                        .map(disk -> "<disk name='%s' checkpoint='%s'/>"
                                .formatted(XmlText.escaped(disk.target()), disk.isCheckpointed() ? "bitmap" : "no"))
                        .collect(Collectors.joining(
                                "",
                                "<domaincheckpoint><name>" + XmlText.escaped(name) + "</name><disks>",
                                "</disks></domaincheckpoint>")));
    }

    /// The checkpoint of a domain that is off, with its bitmaps' names and the domain as defined, as libvirt takes
    /// what it did not make itself.
    static String restingCheckpoint(BackupOrder order, Instant takenAt, String domainXml) {
        String name = XmlText.escaped(order.newCheckpoint().orElseThrow());
        return order.disks().stream()
                .map(disk -> disk.isCheckpointed()
                        ? "<disk name='%s' checkpoint='bitmap' bitmap='%s'/>"
                                .formatted(XmlText.escaped(disk.target()), name)
                        : "<disk name='%s' checkpoint='no'/>".formatted(XmlText.escaped(disk.target())))
                .collect(Collectors.joining(
                        "",
                        "<domaincheckpoint><name>%s</name><creationTime>%d</creationTime><disks>"
                                .formatted(name, takenAt.getEpochSecond()),
                        "</disks>" + domainXml + "</domaincheckpoint>"));
    }

    /// A checkpoint whose bitmaps are in the running domain already, by target of its disks. When it was made is
    /// not known here; libvirt takes none without a time.
    static String arrivedCheckpoint(String checkpoint, Map<String, Boolean> isOnDisk, String domainXml) {
        String name = XmlText.escaped(checkpoint);
        return isOnDisk.entrySet().stream()
                .map(disk -> disk.getValue()
                        ? "<disk name='%s' checkpoint='bitmap' bitmap='%s'/>"
                                .formatted(XmlText.escaped(disk.getKey()), name)
                        : "<disk name='%s' checkpoint='no'/>".formatted(XmlText.escaped(disk.getKey())))
                .collect(Collectors.joining(
                        "",
                        "<domaincheckpoint><name>%s</name><creationTime>1</creationTime><disks>".formatted(name),
                        "</disks>" + domainXml + "</domaincheckpoint>"));
    }

    /// The restore point whose mark a running backup bears; none if it is somebody else's.
    static Optional<RestorePointId> mark(String runningBackupXml) {
        return marks(runningBackupXml)
                .map(match -> RestorePointId.of(match.group(1)))
                .findFirst();
    }

    /// The scratch images of a running backup that bear our mark.
    static List<Path> scratch(String runningBackupXml) {
        return marks(runningBackupXml).map(match -> Path.of(match.group())).toList();
    }

    private static Stream<MatchResult> marks(String runningBackupXml) {
        Element backup = XmlText.parse("running backup", runningBackupXml);
        return XmlText.child(backup, "disks").stream()
                .flatMap(disks -> XmlText.children(disks, "disk").stream())
                .flatMap(disk -> XmlText.child(disk, "scratch").stream())
                .flatMap(scratch -> Stream.of(scratch.getAttribute("file")))
                .map(SCRATCH_NAME::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult);
    }
}
