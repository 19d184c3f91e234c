package io.tidemark.agent.libvirt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/// The disks in a domain's definition. Drives with removable media and passed-through LUNs are left out: they
/// cannot take part in a backup job.
final class DomainXml {
    private DomainXml() {}

    static List<Disk> disks(String domain, String xml) {
        return XmlText.child(XmlText.parse("domain " + domain, xml), "devices").stream()
                .flatMap(devices -> XmlText.children(devices, "disk").stream())
                .filter(disk -> XmlText.attribute(disk, "device").orElse("disk").equals("disk"))
                .flatMap(disk -> disk(disk).stream())
                .toList();
    }

    private static Optional<Disk> disk(Element disk) {
        return attributeOf(disk, "target", "dev")
                .map(target -> new Disk(
                        target,
                        attributeOf(disk, "target", "bus").orElse(""),
                        XmlText.child(disk, "serial").map(Element::getTextContent),
                        attributeOf(disk, "driver", "type").orElse("raw"),
                        source(disk),
                        backing(disk),
                        attributeOf(disk, "alias", "name")));
    }

    private static Optional<String> source(Element image) {
        return XmlText.child(image, "source")
                .flatMap(element -> Stream.of("file", "dev")
                        .flatMap(name -> XmlText.attribute(element, name).stream())
                        .findFirst());
    }

    /// The chain ends with an element that says nothing.
    private static List<Optional<String>> backing(Element disk) {
        List<Optional<String>> chain = new ArrayList<>();
        Optional<Element> layer = XmlText.child(disk, "backingStore");
        while (layer.flatMap(element -> XmlText.child(element, "source")).isPresent()) {
            chain.add(layer.flatMap(DomainXml::source));
            layer = layer.flatMap(element -> XmlText.child(element, "backingStore"));
        }
        return List.copyOf(chain);
    }

    private static Optional<String> attributeOf(Element parent, String child, String name) {
        return XmlText.child(parent, child).flatMap(element -> XmlText.attribute(element, name));
    }

    /// One disk as defined. The alias, QEMU's name of the device, is there only while the domain runs.
    ///
    /// @param bus empty if none is said
    /// @param source the image or device on the host; absent for storage over a network
    /// @param backing the sources of the images below it, the nearest first, as libvirt found them when the domain
    ///     started; mostly empty while it is off
    record Disk(
            String target,
            String bus,
            Optional<String> serial,
            String format,
            Optional<String> source,
            List<Optional<String>> backing,
            Optional<String> alias) {
        /// The same on top of other images.
        Disk onto(List<Optional<String>> other) {
            return new Disk(target, bus, serial, format, source, other, alias);
        }
    }
}
