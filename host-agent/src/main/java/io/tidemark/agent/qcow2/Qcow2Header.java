package io.tidemark.agent.qcow2;

import java.util.Optional;

/// What an image's first cluster says of it. Compression, encryption and an external data file change nothing of
/// where bitmaps lie and how, so they do not keep an image from being read.
///
/// @param version 2 or 3
/// @param clusterBits the logarithm of the size of a cluster in bytes, 9 to 21
/// @param virtualSizeBytes as the guest sees it, 0 or more
/// @param backing what the image stands on; empty if on nothing
/// @param hasExternalDataFile whether the guest's bytes lie in a file beside the image
/// @param bitmaps where the directory of the bitmaps lies; empty if there are none, or if a program that does not
///     know bitmaps may have written to the image since, as then they prove nothing and QEMU does not list them
public record Qcow2Header(
        int version,
        int clusterBits,
        long virtualSizeBytes,
        Optional<Backing> backing,
        boolean hasExternalDataFile,
        Optional<Directory> bitmaps) {
    /// The image below, as the header names it.
    ///
    /// @param name mostly a path, which is relative to the folder of the image that names it, or another place in
    ///     QEMU's words; 1 to 1023 bytes
    /// @param format as QEMU names it; empty if the header does not say
    public record Backing(String name, Optional<String> format) {}

    /// The bitmap directory.
    ///
    /// @param count of entries, 1 to 65,535
    /// @param offset in the file, a whole number of clusters
    record Directory(int count, long offset, int sizeBytes) {}

    int clusterBytes() {
        return 1 << clusterBits;
    }
}
