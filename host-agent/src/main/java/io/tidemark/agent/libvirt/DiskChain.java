package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import io.tidemark.agent.qcow2.Qcow2Image;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// The images of one disk from the top down: as libvirt knows them while its domain runs, else as the files say.
///
/// @param images of this host; empty for a disk whose image is none. The chain ends at the first that is not
record DiskChain(DomainXml.Disk disk, List<Path> images) {
    /// The images of all disks of a domain, as far as they can be told.
    static List<DiskChain> known(Domain domain) throws LibvirtException {
        boolean isOff = domain.isActive() == 0;
        return DomainXml.disks(domain.getName(), domain.getXMLDesc(0)).stream()
                .map(disk -> isOff ? walked(disk) : running(disk))
                .toList();
    }

    /// That of one disk. `no-such-volume` if the domain has none at the target, [RequestRefused] if an image of it
    /// cannot be read: what stands on what is not guessed.
    static DiskChain of(Domain domain, String target) throws LibvirtException {
        boolean isOff = domain.isActive() == 0;
        DomainXml.Disk found = DomainXml.disks(domain.getName(), domain.getXMLDesc(0)).stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.NO_SUCH_VOLUME, "disk " + target + ": expected it in the domain, found none"));
        return isOff ? atRest(found) : running(found);
    }

    private static DiskChain running(DomainXml.Disk disk) {
        List<Path> images = new ArrayList<>();
        Optional<String> source = disk.source();
        for (int below = 0; source.isPresent(); below++) {
            images.add(Path.of(source.get()));
            source = below < disk.backing().size() ? disk.backing().get(below) : Optional.empty();
        }
        return new DiskChain(disk, List.copyOf(images));
    }

    private static DiskChain atRest(DomainXml.Disk disk) {
        if (disk.source().isEmpty()) {
            return new DiskChain(disk, List.of());
        }
        String top = disk.source().get();
        try {
            return new DiskChain(
                    disk,
                    RestingChain.read(top, disk.format()).files().stream()
                            .map(Path::of)
                            .toList());
        } catch (IOException unreadable) {
            throw new RequestRefused(
                    "images of disk " + disk.target() + ": expected them readable, found " + unreadable.getMessage());
        }
    }

    private static DiskChain walked(DomainXml.Disk disk) {
        Set<Path> images = new LinkedHashSet<>();
        Optional<Path> next = disk.source().map(Path::of);
        while (next.isPresent() && images.add(next.get())) {
            next = standing(next.get()).map(Standing::on);
        }
        return new DiskChain(disk, List.copyOf(images));
    }

    /// The image that the guest writes to.
    Path top() {
        return images.stream()
                .findFirst()
                .orElseThrow(() ->
                        new RequestRefused("disk " + disk.target() + ": expected a file of this host, found none"));
    }

    boolean has(Path image) {
        return images.contains(image);
    }

    /// What an image of the chain stands on.
    Optional<Path> below(Path image) {
        int next = images.indexOf(image) + 1;
        return next > 0 && next < images.size() ? Optional.of(images.get(next)) : Optional.empty();
    }

    /// What stands on an image of the chain, the nearest first.
    List<Path> above(Path image) {
        return images.subList(0, Math.max(images.indexOf(image), 0)).reversed();
    }

    /// What an image says that it stands on; empty if on nothing, or if it is no qcow2 image that is read here.
    static Optional<Standing> standing(Path image) {
        if (!Files.isRegularFile(image)) {
            return Optional.empty();
        }
        try (Qcow2Image opened = Qcow2Image.open(image)) {
            return opened.header().backing().map(backing -> standing(image, backing));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Standing standing(Path image, Backing backing) {
        return new Standing(
                image.resolveSibling(backing.name()).normalize(),
                backing.format().orElse("raw"));
    }

    /// The image below and its format.
    record Standing(Path on, String format) {}
}
