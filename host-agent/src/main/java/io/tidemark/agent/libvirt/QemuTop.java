package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// The image that QEMU writes a disk to, by `query-block`.
///
/// @param node QEMU's name of its format layer, or of a filter that lies over it
/// @param device path of the guest's device in QEMU
/// @param sizeBytes how big the guest sees it
record QemuTop(String node, String file, String device, long sizeBytes) {
    static QemuTop of(Domain domain, DomainXml.Disk disk) throws LibvirtException {
        return of(Qmp.run(domain, "query-block", Qmp.object()), disk);
    }

    /// The names of the bitmaps that QEMU keeps for the image.
    static Set<String> bitmaps(Domain domain, DomainXml.Disk disk) throws LibvirtException {
        JsonNode bitmaps =
                inserted(Qmp.run(domain, "query-block", Qmp.object()), disk).path("dirty-bitmaps");
        return StreamSupport.stream(bitmaps.spliterator(), false)
                .map(bitmap -> bitmap.path("name").asText())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static QemuTop of(JsonNode devices, DomainXml.Disk disk) {
        JsonNode device = device(devices, disk);
        JsonNode top = device.path("inserted");
        return new QemuTop(
                top.path("node-name").asText(),
                top.path("file").asText(),
                device.path("qdev").asText(),
                top.path("image").path("virtual-size").asLong());
    }

    private static JsonNode inserted(JsonNode devices, DomainXml.Disk disk) {
        return device(devices, disk).path("inserted");
    }

    private static JsonNode device(JsonNode devices, DomainXml.Disk disk) {
        String alias = disk.alias().orElse("");
        return StreamSupport.stream(devices.spliterator(), false)
                .filter(device ->
                        List.of(device.path("qdev").asText().split("/")).contains(alias))
                .filter(device -> device.path("inserted").isObject())
                .findFirst()
                .orElseThrow(() ->
                        new RequestRefused("disk " + disk.target() + ": expected an image of it in QEMU, found none"));
    }

    /// [DomainBusy] if the guest writes to an image that was laid beside libvirt. Of a domain that is off by now
    /// libvirt says so itself.
    static Domain onKnownImages(Domain domain) throws LibvirtException {
        if (domain.isActive() == 1) {
            String answer = domain.qemuMonitorCommand(BlockQuery.COMMAND, 0);
            BlockQuery.requireLibvirtsImages(answer, DomainXml.disks(domain.getName(), domain.getXMLDesc(0)));
        }
        return domain;
    }

    /// [DomainBusy] if QEMU writes a disk to another file than libvirt knows of, as after the death of libvirtd
    /// between the two.
    static void requireKnown(Domain domain) throws LibvirtException {
        JsonNode devices = Qmp.run(domain, "query-block", Qmp.object());
        for (DomainXml.Disk disk : DomainXml.disks(domain.getName(), domain.getXMLDesc(0))) {
            String known = disk.source().orElse("");
            String file = known.isEmpty() ? "" : of(devices, disk).file();
            if (file.startsWith("/") && !file.equals(known)) {
                throw new DomainBusy("disk " + disk.target() + ": expected QEMU to write to " + known
                        + ", as libvirt has it, found " + file);
            }
        }
    }
}
