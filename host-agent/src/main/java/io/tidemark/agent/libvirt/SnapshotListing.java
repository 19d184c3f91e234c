package io.tidemark.agent.libvirt;

import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Element;

/// What snapshots a disk has, whoever made them: each image that stands on another is an overlay, and the top image
/// may hold some within. What an overlay would free is not told: its merge moves most of it into the image below.
final class SnapshotListing {
    private SnapshotListing() {}

    static List<SnapshotReport> of(Domain domain, DiskChain chain) throws LibvirtException {
        Map<String, Known> known = known(domain);
        List<SnapshotReport> reports = new ArrayList<>();
        for (Path overlay : chain.images().reversed()) {
            if (chain.below(overlay).isPresent()) {
                reports.add(overlay(domain, chain, overlay, known));
            }
        }
        if (domain.isActive() == 1) {
            for (InternalTable.Entry entry : inTop(chain)) {
                reports.add(internal(entry, known.get(entry.name())));
            }
        }
        return reports;
    }

    private static List<InternalTable.Entry> inTop(DiskChain chain) {
        return chain.images().isEmpty()
                ? List.of()
                : InternalTable.of(chain.top(), chain.disk().format());
    }

    private static SnapshotReport overlay(Domain domain, DiskChain chain, Path overlay, Map<String, Known> known)
            throws LibvirtException {
        Path below = chain.below(overlay).orElseThrow();
        List<String> hangsOnIt = new ArrayList<>();
        chain.above(overlay).forEach(above -> hangsOnIt.add("overlay " + above));
        InternalTable.of(overlay, "qcow2").forEach(entry -> hangsOnIt.add("snapshot " + entry.name() + " within it"));
        hangsOnIt.addAll(Dependants.of(domain, chain, overlay));
        hangsOnIt.addAll(Dependants.of(domain, chain, below));
        known.forEach((name, snapshot) -> {
            if (snapshot.files().contains(overlay)) {
                hangsOnIt.add("libvirt's snapshot " + name);
            }
        });
        return new SnapshotReport(
                SnapshotMechanism.QCOW2_OVERLAY,
                OverlayFiles.name(chain, overlay),
                born(overlay),
                overlay.toString(),
                null,
                hangsOnIt);
    }

    /// Where the file system does not tell, Java says that a file was created when it was last modified.
    static @Nullable Instant born(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.creationTime().equals(attributes.lastModifiedTime())
                    ? null
                    : attributes.creationTime().toInstant();
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static SnapshotReport internal(InternalTable.Entry entry, @Nullable Known known) {
        List<String> hangsOnIt = new ArrayList<>();
        if (known != null && known.hasMemory()) {
            hangsOnIt.add("libvirt's snapshot " + entry.name() + " of the domain with its memory");
        } else if (entry.memoryBytes() > 0) {
            hangsOnIt.add("memory of the guest, " + entry.memoryBytes() + " bytes");
        }
        return new SnapshotReport(
                SnapshotMechanism.QCOW2_INTERNAL, entry.name(), entry.takenAt(), null, null, hangsOnIt);
    }

    /// A snapshot of the domain that libvirt keeps.
    ///
    /// @param files that it had made
    private record Known(boolean hasMemory, List<Path> files) {}

    private static Map<String, Known> known(Domain domain) throws LibvirtException {
        Map<String, Known> known = new LinkedHashMap<>();
        for (String name : domain.snapshotListNames()) {
            String xml = domain.snapshotLookupByName(name).getXMLDesc();
            known.put(name, known(XmlText.parse("snapshot " + name, xml)));
        }
        return known;
    }

    private static Known known(Element snapshot) {
        boolean hasMemory = XmlText.child(snapshot, "memory")
                .flatMap(memory -> XmlText.attribute(memory, "snapshot"))
                .filter(where -> !where.equals("no"))
                .isPresent();
        List<Path> files = XmlText.child(snapshot, "disks").stream()
                .flatMap(disks -> XmlText.children(disks, "disk").stream())
                .map(disk -> XmlText.child(disk, "source"))
                .flatMap(Optional::stream)
                .flatMap(source -> XmlText.attribute(source, "file").stream())
                .map(Path::of)
                .toList();
        return new Known(hasMemory, files);
    }
}
