package io.tidemark.agent.qcow2;

/// One dirty tracking bitmap as the image's directory has it.
///
/// @param granularityBytes how much of the disk a bit stands for, a power of two, 512 bytes to 2 GiB
/// @param isInUse it was not saved as the image was closed, or somebody has it open: what it names proves nothing
/// @param isAuto it records from the moment on at which the image is opened to be written
/// @param tableOffset where its table of clusters begins in the file, a whole number of clusters
/// @param tableEntries how many entries of 8 bytes that has
public record Qcow2Bitmap(
        String name, long granularityBytes, boolean isInUse, boolean isAuto, long tableOffset, long tableEntries) {}
