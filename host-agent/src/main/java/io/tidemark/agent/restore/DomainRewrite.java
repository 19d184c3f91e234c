package io.tidemark.agent.restore;

import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// Makes the definition of a new domain from that of the one backed up: other name, UUID, disks and MAC addresses,
/// nothing that only the original may have. Security labels and what else the definition says are kept. Or that of
/// the same domain, with its disks elsewhere.
public final class DomainRewrite {
    /// Where libvirt notes a running domain's own things, which a definition of a stopped one must not carry over.
    private static final List<String> OF_THE_RUN = List.of("alias", "backingStore", "mirror");

    private static final String GUEST_AGENT = "org.qemu.guest_agent.0";

    private final Document document;
    private final Element domain;

    private DomainRewrite(Document document) {
        this.document = document;
        this.domain = document.getDocumentElement();
    }

    /// An image that a disk of the new domain lies in.
    public record RestoredImage(Path file, ImageFormat format) {}

    /// Name and UUID of a domain.
    public record DomainName(String name, String uuid) {}

    /// A disk of a domain; empty where the definition says nothing.
    public record DefinedDisk(String serial, String format) {}

    /// The new definition. A disk that `images` does not name by its target is left out.
    ///
    /// @throws IllegalArgumentException if `xml` is not a domain's definition
    static String rewritten(String xml, NewDomain wanted, Map<String, RestoredImage> images) {
        DomainRewrite rewrite = new DomainRewrite(parsed(xml));
        rewrite.identity(wanted);
        Element devices = rewrite.disks(images);
        for (Element network : rewrite.children(devices, "interface")) {
            rewrite.removeChild(network, "mac");
            rewrite.child(network, "target").ifPresent(target -> network.removeChild(target));
        }
        for (Element channel : rewrite.children(devices, "channel")) {
            rewrite.forgetSocket(channel);
        }
        return rewrite.text();
    }

    /// The same domain with its disks in other images. A disk that `images` does not name by its target is left
    /// out, and so is what lies in its removable drives.
    ///
    /// @throws IllegalArgumentException if `xml` is not a domain's definition
    public static String moved(String xml, Map<String, RestoredImage> images) {
        DomainRewrite rewrite = new DomainRewrite(parsed(xml));
        rewrite.domain.removeAttribute("id");
        rewrite.disks(images);
        return rewrite.text();
    }

    /// What a definition says of its domain; empty where it says nothing.
    ///
    /// @throws IllegalArgumentException if `xml` is not a domain's definition
    public static DomainName named(String xml) {
        DomainRewrite rewrite = new DomainRewrite(parsed(xml));
        return new DomainName(rewrite.textOf("name"), rewrite.textOf("uuid"));
    }

    /// What a definition says of each disk, by its target.
    ///
    /// @throws IllegalArgumentException if `xml` is not a domain's definition
    public static Map<String, DefinedDisk> defined(String xml) {
        DomainRewrite rewrite = new DomainRewrite(parsed(xml));
        Map<String, DefinedDisk> disks = new HashMap<>();
        for (Element devices : rewrite.children(rewrite.domain, "devices")) {
            for (Element disk : rewrite.children(devices, "disk")) {
                String target = rewrite.attribute(disk, "target", "dev");
                String format = rewrite.attribute(disk, "driver", "type");
                disks.put(target, new DefinedDisk(rewrite.textOf(disk, "serial"), format));
            }
        }
        return disks;
    }

    private String attribute(Element parent, String name, String attribute) {
        return child(parent, name)
                .map(element -> element.getAttribute(attribute))
                .orElse("");
    }

    private String textOf(String name) {
        return textOf(domain, name).strip();
    }

    private String textOf(Element parent, String name) {
        return child(parent, name).map(Element::getTextContent).orElse("");
    }

    private static Document parsed(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null); // else the JDK prints on stderr what it throws
            Document document = builder.parse(new InputSource(new StringReader(xml)));
            String root = document.getDocumentElement().getNodeName();
            if (!root.equals("domain")) {
                throw new IllegalArgumentException("domain definition: expected <domain>, found <" + root + ">");
            }
            return document;
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException(
                    "domain definition: expected well-formed XML without DOCTYPE, found " + e.getMessage(), e);
        }
    }

    /// The NVRAM file and the run's id belong to the original; libvirt makes a fresh NVRAM from the template.
    private void identity(NewDomain wanted) {
        domain.removeAttribute("id");
        set(domain, "name", wanted.name());
        set(domain, "uuid", wanted.uuid().toString());
        removeChild(domain, "genid");
        child(domain, "sysinfo").ifPresent(this::forgetSystemUuid);
        child(domain, "os").flatMap(os -> child(os, "nvram")).ifPresent(nvram -> {
            nvram.removeAttribute("type");
            while (nvram.hasChildNodes()) {
                nvram.removeChild(nvram.getFirstChild());
            }
        });
    }

    /// libvirt refuses a SMBIOS UUID that is not the domain's.
    private void forgetSystemUuid(Element sysinfo) {
        for (Element system : children(sysinfo, "system")) {
            for (Element entry : children(system, "entry")) {
                if (entry.getAttribute("name").equals("uuid")) {
                    system.removeChild(entry);
                }
            }
        }
    }

    /// Answers the devices.
    private Element disks(Map<String, RestoredImage> images) {
        Element devices = child(domain, "devices")
                .orElseThrow(() -> new IllegalArgumentException("domain definition: expected <devices>, found none"));
        for (Element disk : children(devices, "disk")) {
            disk(devices, disk, images);
        }
        return devices;
    }

    private void disk(Element devices, Element disk, Map<String, RestoredImage> images) {
        String device = disk.getAttribute("device");
        if (device.equals("cdrom") || device.equals("floppy")) {
            removeChild(disk, "source");
            OF_THE_RUN.forEach(name -> removeChild(disk, name));
            return;
        }
        RestoredImage image = child(disk, "target")
                .map(target -> images.get(target.getAttribute("dev")))
                .orElse(null);
        if (image == null) {
            devices.removeChild(disk);
            return;
        }
        OF_THE_RUN.forEach(name -> removeChild(disk, name));
        removeChild(disk, "source");
        removeChild(disk, "encryption");
        disk.setAttribute("type", "file");
        Element source = document.createElement("source");
        source.setAttribute("file", image.file().toString());
        disk.insertBefore(source, child(disk, "target").orElse(null));
        driver(disk).setAttribute("type", image.format().code());
    }

    private Element driver(Element disk) {
        return child(disk, "driver").orElseGet(() -> {
            Element driver = document.createElement("driver");
            driver.setAttribute("name", "qemu");
            disk.insertBefore(driver, disk.getFirstChild());
            return driver;
        });
    }

    /// The path of an agent's socket holds the original's name; libvirt makes one for the new domain.
    private void forgetSocket(Element channel) {
        boolean isGuestAgent = child(channel, "target")
                .filter(target -> target.getAttribute("name").equals(GUEST_AGENT))
                .isPresent();
        child(channel, "source")
                .filter(source -> channel.getAttribute("type").equals("unix"))
                .filter(source -> isGuestAgent || source.getAttribute("path").contains("/libvirt/"))
                .ifPresent(source -> channel.removeChild(source));
    }

    private void set(Element parent, String name, String text) {
        Element element = child(parent, name).orElseGet(() -> {
            Element made = document.createElement(name);
            parent.insertBefore(made, parent.getFirstChild());
            return made;
        });
        element.setTextContent(text);
    }

    private void removeChild(Element parent, String name) {
        children(parent, name).forEach(parent::removeChild);
    }

    private Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private List<Element> children(Element parent, String name) {
        var nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE
                        && node.getNodeName().equals(name))
                .map(Element.class::cast)
                .toList();
    }

    private String text() {
        try {
            TransformerFactory factory = TransformerFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter out = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(out));
            return out.toString();
        } catch (TransformerException e) {
            throw new IllegalArgumentException(
                    "domain definition: expected XML that can be written again, found " + e.getMessage(), e);
        }
    }
}
