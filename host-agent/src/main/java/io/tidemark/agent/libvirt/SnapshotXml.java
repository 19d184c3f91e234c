package io.tidemark.agent.libvirt;

import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// libvirt's XML of snapshots.
final class SnapshotXml {
    private SnapshotXml() {}

    /// One of the disks of the members, each with its new file; the other disks are left alone.
    static String overlays(SnapshotName name, List<SnapshotMember> members, List<DomainXml.Disk> disks) {
        Map<String, SnapshotMember> byTarget =
                members.stream().collect(Collectors.toMap(Overlays::target, Function.identity()));
        return disks.stream()
                .map(disk -> overlay(disk.target(), byTarget))
                .collect(Collectors.joining("", begin(name) + "<disks>", "</disks></domainsnapshot>"));
    }

    private static String overlay(String target, Map<String, SnapshotMember> byTarget) {
        SnapshotMember member = byTarget.get(target);
        return member == null
                ? "<disk name='%s' snapshot='no'/>".formatted(XmlText.escaped(target))
                : "<disk name='%s' snapshot='external' type='file'><driver type='qcow2'/><source file='%s'/></disk>"
                        .formatted(
                                XmlText.escaped(target),
                                XmlText.escaped(OverlayFiles.file(member).toString()));
    }

    /// One of the guest's memory and of all its disks, within their images.
    static String withMemory(SnapshotName name) {
        return begin(name) + "<memory snapshot='internal'/></domainsnapshot>";
    }

    private static String begin(SnapshotName name) {
        return "<domainsnapshot><name>" + XmlText.escaped(name.value()) + "</name>";
    }
}
