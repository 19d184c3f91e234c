package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;

/// What libvirt and the images say of a domain as it is now.
final class DomainViews {
    private final RestingImages resting;

    DomainViews(RestingImages resting) {
        this.resting = resting;
    }

    DomainView view(Domain domain) throws LibvirtException {
        VmState state = state(domain);
        List<DomainDisk> disks = new ArrayList<>();
        for (DomainXml.Disk disk : DomainXml.disks(domain.getName(), domain.getXMLDesc(0))) {
            disks.add(disk(domain, disk, state == VmState.OFF));
        }
        return new DomainView(DomainUuid.of(domain.getUUIDString()), domain.getName(), state, disks);
    }

    static VmState state(Domain domain) throws LibvirtException {
        DomainState state = domain.getInfo().state;
        return switch (state) {
            case VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_CRASHED -> VmState.OFF;
            case VIR_DOMAIN_PAUSED, VIR_DOMAIN_PMSUSPENDED -> VmState.PAUSED;
            default -> VmState.RUNNING;
        };
    }

    /// libvirt knows what lies below the top image while the domain runs.
    private DomainDisk disk(Domain domain, DomainXml.Disk disk, boolean isOff) {
        OptionalLong size = virtualSize(domain, disk);
        Optional<Path> path = disk.source().map(Path::of);
        boolean isTrackable = disk.format().equals("qcow2");
        Optional<DomainXml.Disk> whole = isOff && isTrackable ? resting.whole(disk) : Optional.of(disk);
        return new DomainDisk(
                disk.target(),
                disk.bus(),
                disk.serial(),
                disk.format(),
                path,
                size,
                whole.flatMap(known -> ImageIdentity.of(known, size)),
                isTrackable ? Optional.empty() : Optional.of(Reason.TRACKING_UNSUPPORTED));
    }

    /// libvirt is asked only where the agent cannot read the image. Of a running domain it is not asked for the
    /// size (`virDomainGetBlockInfo`): that has QEMU list its block nodes, and QEMU 7.2 ends with a failed
    /// assertion if a scratch image is just being made (`docs/protocols/libvirt.md`).
    static OptionalLong virtualSize(Domain domain, DomainXml.Disk disk) {
        OptionalLong inImage = disk.source()
                .map(image -> VirtualSize.of(Path.of(image), disk.format()))
                .orElse(OptionalLong.empty());
        return inImage.isPresent() ? inImage : asked(domain, disk);
    }

    private static OptionalLong asked(Domain domain, DomainXml.Disk disk) {
        try {
            return domain.isActive() == 0
                    ? OptionalLong.of(domain.blockInfo(disk.target()).getCapacity())
                    : BlockQuery.virtualSize(domain.qemuMonitorCommand(BlockQuery.COMMAND, 0), disk);
        } catch (LibvirtException unreadable) {
            return OptionalLong.empty();
        }
    }
}
