package io.tidemark.agent.libvirt;

import java.nio.file.Path;
import java.util.Optional;
import org.libvirt.Domain;
import org.libvirt.DomainBlockJobInfo;
import org.libvirt.LibvirtException;
import org.w3c.dom.Element;

/// The block job of a running domain's disk, as libvirt shows it.
///
/// @param kind of `virDomainBlockJobType`; 0 if there is none
/// @param cursor how far it is, in units of its own
/// @param into the image that a commit of the top image writes to, once it is told
/// @param isReady whether that image holds all, so that the guest can go on there
record DiskJob(int kind, long cursor, Optional<Path> into, boolean isReady) {
    static final int NONE = 0;
    static final int COMMIT = 3;
    static final int ACTIVE_COMMIT = 4;
    static final DiskJob NO_JOB = new DiskJob(NONE, 0, Optional.empty(), false);

    static DiskJob of(Domain domain, String target) throws LibvirtException {
        DomainBlockJobInfo info = domain.getBlockJobInfo(target, 0);
        Optional<Element> mirror = mirror(domain, target);
        return new DiskJob(
                info.type,
                info.cur,
                mirror.flatMap(element -> XmlText.child(element, "source"))
                        .flatMap(source -> XmlText.attribute(source, "file"))
                        .map(Path::of),
                mirror.flatMap(element -> XmlText.attribute(element, "ready"))
                        .filter("yes"::equals)
                        .isPresent());
    }

    private static Optional<Element> mirror(Domain domain, String target) throws LibvirtException {
        return XmlText.child(XmlText.parse("domain " + domain.getName(), domain.getXMLDesc(0)), "devices").stream()
                .flatMap(devices -> XmlText.children(devices, "disk").stream())
                .filter(disk -> XmlText.child(disk, "target")
                        .flatMap(element -> XmlText.attribute(element, "dev"))
                        .filter(target::equals)
                        .isPresent())
                .findFirst()
                .flatMap(disk -> XmlText.child(disk, "mirror"));
    }
}
