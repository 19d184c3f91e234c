package io.tidemark.agent.backup;

import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// One disk of a domain.
///
/// @param target the name inside the domain, as `vda`
/// @param bus between guest and disk as libvirt names it, as `virtio`; empty if the definition says none
/// @param serial the serial number that the domain's definition gives it
/// @param format the image format as libvirt names it, `qcow2` or `raw` mostly
/// @param path the image or device on the host; absent for storage over a network
/// @param virtualSizeBytes the size the guest sees; absent where it could not be asked
/// @param imageIdentity names the image and all that lie below it, as text: another text means other images;
///     absent where they cannot be looked at. It is whole only while the domain runs.
/// @param untrackable why no dirty bitmap can be kept for it; empty if one can
public record DomainDisk(
        String target,
        String bus,
        Optional<String> serial,
        String format,
        Optional<Path> path,
        OptionalLong virtualSizeBytes,
        Optional<String> imageIdentity,
        Optional<Reason> untrackable) {
    public boolean isTrackable() {
        return untrackable.isEmpty();
    }

    /// The same disk whose image is called otherwise.
    DomainDisk withIdentity(Optional<String> identity) {
        return new DomainDisk(target, bus, serial, format, path, virtualSizeBytes, identity, untrackable);
    }

    /// What stays with the disk if it gets another target: its serial, if it has one.
    public String lastingName() {
        return serial.filter(text -> !text.isBlank())
                .map(text -> "serial " + text)
                .orElse(target);
    }
}
