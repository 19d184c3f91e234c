package io.tidemark.bench.repository;

import io.tidemark.bench.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the measurements work: in memory while there is room, else on a disk.
///
/// @param memory on a tmpfs
/// @param disk on a disk
record Site(Path memory, Path disk, boolean isQuick) {
    private static final long KIBIBYTE = 1024;
    private static final String AVAILABLE = "MemAvailable:";
    /// A tmpfs is memory, and others need some of it.
    private static final int MEMORY_SHARE = 2;

    private static final Map<String, String> COMPRESSION = Map.of(
            "ours", "zstd level -3, chunks of 64 KiB; as they are where that is not smaller",
            "qemu-img", "qcow2 clusters of 64 KiB, zstd at QEMU's own level",
            "borg", "zstd,3",
            "restic", "auto");
    private static final Map<String, String> SYNC = Map.of(
            "ours", "fsync of packs, commit record and folders",
            "borg and restic", "as they are: both sync what they have written",
            "qemu-img", "none");

    /// An empty folder on the tmpfs if twice as much memory is free, else on the disk.
    Path fresh(String name, long neededBytes) throws IOException {
        if (isRoomInMemory(neededBytes)) {
            return Folders.fresh(memory.resolve(name));
        }
        long found = Files.getFileStore(disk).getUsableSpace();
        if (found < neededBytes) {
            throw new IOException("folder " + disk + ": expected " + (neededBytes >> 20) + " MiB free for " + name
                    + ", found " + (found >> 20) + ". Set TIDEMARK_HOME to a larger disk, or say --quick");
        }
        return Folders.fresh(disk.resolve(name));
    }

    private boolean isRoomInMemory(long neededBytes) throws IOException {
        return Files.isDirectory(memory)
                && Files.getFileStore(memory).getUsableSpace() > neededBytes
                && availableBytes() > MEMORY_SHARE * neededBytes;
    }

    private static long availableBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith(AVAILABLE)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
            }
        }
        return 0;
    }

    /// The fields that every line carries; a caller adds its own.
    ///
    /// @param folder where all sides work
    Map<String, Object> fields(Path folder, Object dataSet) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("dataSet", dataSet);
        fields.put("cache", "warm: one round is not counted, and the file system is synced before each measurement");
        fields.put("fileSystem", Files.getFileStore(folder).type() + " for all sides");
        fields.put("sync", SYNC);
        fields.put("compression", COMPRESSION);
        fields.put("machine", Map.of("cores", Runtime.getRuntime().availableProcessors()));
        return fields;
    }
}
