package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/// Who else reads an image: disks of other domains, and images in its folder that stand on it. Others that
/// stand on it from another folder without a domain are not found.
final class Dependants {
    private static final int FILES_MAX = 10_000;

    private Dependants() {}

    /// For messages, without the disk itself and the images of its chain.
    static List<String> of(Domain domain, DiskChain chain, Path image) throws LibvirtException {
        List<String> found = new ArrayList<>();
        for (Domain other : domain.getConnect().listAllDomains(0)) {
            found.addAll(disksOn(other, domain, chain.disk().target(), image));
        }
        for (Path file : beside(image)) {
            boolean standsOn = DiskChain.standing(file)
                    .filter(standing -> isSame(standing.on(), image))
                    .isPresent();
            if (standsOn && !chain.has(file)) {
                found.add("image " + file);
            }
        }
        return List.copyOf(found);
    }

    private static List<String> disksOn(Domain other, Domain domain, String target, Path image)
            throws LibvirtException {
        try {
            boolean isItself = other.getUUIDString().equals(domain.getUUIDString());
            List<String> found = new ArrayList<>();
            for (DiskChain chain : DiskChain.known(other)) {
                String disk = chain.disk().target();
                boolean isOnIt = chain.images().stream().anyMatch(each -> isSame(each, image));
                if (isOnIt && !(isItself && disk.equals(target))) {
                    found.add("disk " + disk + " of domain " + other.getName());
                }
            }
            return found;
        } catch (LibvirtException e) {
            if (e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN) {
                return List.of();
            }
            throw e;
        }
    }

    /// By the file itself, whatever links lead to it.
    private static boolean isSame(Path one, Path other) {
        try {
            return one.equals(other.normalize()) || Files.isSameFile(one, other);
        } catch (IOException away) {
            return false;
        }
    }

    private static Set<Path> beside(Path image) {
        Path folder = Optional.ofNullable(image.getParent()).orElse(Path.of("/"));
        try (Stream<Path> files = Files.list(folder)) {
            Set<Path> found = Set.copyOf(files.limit(FILES_MAX + 1L).toList());
            if (found.size() > FILES_MAX) {
                throw new RequestRefused("folder " + folder + ": expected at most " + FILES_MAX
                        + " files, of which each might stand on " + image + ", found more");
            }
            return found;
        } catch (IOException unreadable) {
            throw new RequestRefused("folder " + folder + ": expected it readable, found " + unreadable.getMessage());
        }
    }
}
