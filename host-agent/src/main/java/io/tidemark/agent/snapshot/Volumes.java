package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the volumes of a host: those of a domain's disks, and those that no domain has.
final class Volumes {
    /// The first bytes of a qcow2 image, by QEMU's docs/interop/qcow2.txt.
    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xfb};

    private final Hypervisor hypervisor;
    private final StoragePools pools;

    Volumes(Hypervisor hypervisor, StoragePools pools) {
        this.hypervisor = hypervisor;
        this.pools = pools;
    }

    /// The disks of a domain that lie on the host.
    static List<Volume> of(DomainView domain) {
        List<Volume> volumes = new ArrayList<>();
        for (DomainDisk disk : domain.disks()) {
            disk.path().ifPresent(path -> volumes.add(volume(domain, disk, path)));
        }
        return List.copyOf(volumes);
    }

    /// The disk of that target; `no-such-volume` if the domain has none, or not on the host.
    static Volume of(DomainView domain, String target) {
        for (DomainDisk disk : domain.disks()) {
            if (disk.target().equals(target)) {
                Path path = disk.path()
                        .orElseThrow(() -> new SnapshotException(
                                FailureReason.MECHANISM_UNAVAILABLE,
                                "disk " + target + ": expected a file or device of this host, found network storage"));
                return volume(domain, disk, path);
            }
        }
        throw new SnapshotException(
                FailureReason.NO_SUCH_VOLUME,
                "domain " + domain.name() + ": expected a disk " + target + ", found "
                        + domain.disks().stream().map(DomainDisk::target).toList());
    }

    private static Volume volume(DomainView domain, DomainDisk disk, Path path) {
        ImageFormat format = disk.format().equals("qcow2") ? ImageFormat.QCOW2 : ImageFormat.RAW;
        return new Volume(disk.target(), path, format, domain.state() != VmState.OFF);
    }

    /// A file or device that no domain of the host has; `volume-in-use`, naming the domain, if one has.
    ///
    /// @param text its absolute path, or the name of a storage pool, a slash, and the volume's name in it
    Volume unattached(String text) {
        Path path = placeOf(text).normalize();
        if (!path.isAbsolute() || !Files.exists(path) || Files.isDirectory(path)) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME,
                    "volume " + text + ": expected the absolute path of a file or device of the host, or POOL/VOLUME,"
                            + " found none");
        }
        List<DomainView> all = Stream.concat(hypervisor.domains().stream(), hypervisor.departed().stream())
                .toList();
        for (DomainView domain : all) {
            for (DomainDisk disk : domain.disks()) {
                if (disk.path().filter(other -> isSame(other, path)).isPresent()) {
                    throw new SnapshotException(
                            FailureReason.VOLUME_IN_USE,
                            "volume " + text + ": expected one that no VM has, found it as disk " + disk.target()
                                    + " of " + domain.name());
                }
            }
        }
        return new Volume(null, path, format(path), false);
    }

    /// The volume that a member was taken of, as it is now.
    Volume of(@Nullable DomainView domain, SnapshotMember member) {
        Path path = Path.of(member.volume());
        boolean isInUse = domain != null && domain.state() != VmState.OFF;
        return new Volume(member.target(), path, Files.exists(path) ? format(path) : ImageFormat.RAW, isInUse);
    }

    /// By the file itself, whatever links lead to it.
    static boolean isSame(Path one, Path other) {
        try {
            return one.equals(other.normalize()) || Files.isSameFile(one, other);
        } catch (IOException away) {
            return false;
        }
    }

    private Path placeOf(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && slash == text.lastIndexOf('/') && slash < text.length() - 1
                ? pools.path(text.substring(0, slash), text.substring(slash + 1))
                : Path.of(text);
    }

    private static ImageFormat format(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(QCOW2_MAGIC.length), QCOW2_MAGIC) ? ImageFormat.QCOW2 : ImageFormat.RAW;
        } catch (IOException unreadable) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME,
                    "volume " + path + ": expected it readable, found " + unreadable,
                    unreadable);
        }
    }

    /// Of whatever went wrong, the reason that a person is told.
    static FailureReason reason(RuntimeException failed) {
        return switch (failed) {
            case SnapshotException known -> known.reason();
            case HypervisorException.DomainBusy _ -> FailureReason.DOMAIN_BUSY;
            case HypervisorException.HypervisorUnavailable _ -> FailureReason.HYPERVISOR_UNAVAILABLE;
            case HypervisorException.NoSuchDomain _ -> FailureReason.NO_SUCH_VM;
            case HypervisorException.DomainOff _ -> FailureReason.VM_OFF;
            default -> FailureReason.INTERNAL;
        };
    }
}
