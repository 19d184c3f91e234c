package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Under what all figures of a run were measured.
///
/// @param dataDiskBytes what is not zero on the disk that is restored
/// @param nonZeroBytes what is not zero on all disks that are backed up
record Conditions(Map<String, Object> dataSet, long dataDiskBytes, long nonZeroBytes, String fileSystem) {
    private static final double BYTES_PER_GB = 1e9;

    /// @param folder where all sides write and the source lies
    static Conditions of(BenchGuests guests, DataSet data, Path folder) throws IOException {
        return new Conditions(
                guests.dataSet(),
                data.nonZeroBytes(),
                data.nonZeroBytes() + BenchGuests.SMALL_DISKS_NON_ZERO_BYTES,
                Files.getFileStore(folder).type());
    }

    /// What a full backup reads that is not zero, in units of 10^9 bytes.
    double gigabytes() {
        return nonZeroBytes / BYTES_PER_GB;
    }

    /// What a restore writes that is not zero, in units of 10^9 bytes.
    double restoredGigabytes() {
        return dataDiskBytes / BYTES_PER_GB;
    }

    /// The fields that every line carries; a caller adds its own.
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("dataSet", dataSet);
        fields.put("nonZeroBytesOfAllDisks", nonZeroBytes);
        fields.put("cache", "warm: one round is not counted, and the file system is synced before each measurement");
        fields.put("fileSystem", fileSystem + " for the source and for both sides");
        fields.put(
                "sync",
                Map.of(
                        "ours", "fsync of packs, commit record and folders; restored images flushed",
                        "theirs", "none"));
        fields.put(
                "machine",
                Map.of("cores", Runtime.getRuntime().availableProcessors(), "guest", "emulated (TCG), idle"));
        return fields;
    }
}
