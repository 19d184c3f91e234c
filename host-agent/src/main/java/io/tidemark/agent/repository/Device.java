package io.tidemark.agent.repository;

/// How a domain has a disk.
///
/// @param bus between guest and disk as libvirt names it, as `virtio`; empty if the definition says none
/// @param format of its image as libvirt names it, as `qcow2`; empty if unknown
public record Device(Part part, String bus, String format) {
    /// A disk of which nothing else is known.
    public static final Device DISK = new Device(Part.DISK, "", "");
}
