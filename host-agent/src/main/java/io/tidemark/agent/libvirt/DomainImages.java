package io.tidemark.agent.libvirt;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Element;

/// Gives disks of a domain that is off other images: all of them in one definition, which libvirt replaces whole.
final class DomainImages {
    /// `VIR_DOMAIN_XML_SECURE` and `VIR_DOMAIN_XML_INACTIVE`: with its secrets, which a definition without them
    /// would lose.
    private static final int XML_WHOLE_DEFINITION = 1 | 2;

    private DomainImages() {}

    /// A file that a disk is to lie in.
    record Image(Path file, String format) {}

    static void define(Domain domain, Map<String, Image> byTarget) throws LibvirtException {
        domain.getConnect()
                .domainDefineXML(changed(domain.getName(), domain.getXMLDesc(XML_WHOLE_DEFINITION), byTarget));
    }

    /// A definition may say itself what the top image of a disk stands on, as after an overlay that libvirt has
    /// laid, and the next start goes by that. Has it name the image no more, be the domain off or not.
    static void forgetBelow(Domain domain, String target, Path image) throws LibvirtException {
        if (domain.isPersistent() == 0) {
            return;
        }
        for (DomainXml.Disk disk : DomainXml.disks(domain.getName(), domain.getXMLDesc(XML_WHOLE_DEFINITION))) {
            boolean isNamed = disk.target().equals(target)
                    && disk.backing().contains(Optional.of(image.toString()))
                    && disk.source().isPresent();
            if (isNamed) {
                define(domain, Map.of(target, new Image(Path.of(disk.source().get()), disk.format())));
            }
        }
    }

    /// The definition with these images. What it says of images below them is left out: they say so themselves.
    static String changed(String name, String xml, Map<String, Image> byTarget) {
        Element domain = XmlText.parse("domain " + name, xml);
        XmlText.child(domain, "devices").stream()
                .flatMap(devices -> XmlText.children(devices, "disk").stream())
                .forEach(disk -> target(disk)
                        .flatMap(target -> Optional.ofNullable(byTarget.get(target)))
                        .ifPresent(image -> change(disk, image)));
        return text(domain);
    }

    private static Optional<String> target(Element disk) {
        return XmlText.child(disk, "target").flatMap(element -> XmlText.attribute(element, "dev"));
    }

    private static void change(Element disk, Image image) {
        XmlText.children(disk, "backingStore").forEach(disk::removeChild);
        XmlText.child(disk, "driver").ifPresent(driver -> driver.setAttribute("type", image.format()));
        disk.setAttribute("type", "file");
        XmlText.child(disk, "source").ifPresent(source -> {
            source.removeAttribute("dev");
            source.setAttribute("file", image.file().toString());
        });
    }

    private static String text(Element domain) {
        try {
            TransformerFactory factory = TransformerFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter out = new StringWriter();
            transformer.transform(new DOMSource(domain), new StreamResult(out));
            return out.toString();
        } catch (TransformerException e) {
            throw new IllegalArgumentException("domain definition: expected XML that can be written again", e);
        }
    }
}
