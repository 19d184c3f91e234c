package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;

/// The names of the files of a repository of version 0.
///
/// ```
/// TIDEMARK-REPOSITORY                    the header, a text
/// tmp/                                   work in progress
/// incarnation/NUMBER                     empty; the highest counts
/// vms/VM/log/NUMBER                      the log, from 1
/// vms/VM/packs/POINT.pack                what the write session of POINT stored
/// vms/VM/maps/POINT-DISK.map             where the chunks of a disk of POINT lie
/// ```
final class FolderLayout {
    static final String HEADER = "TIDEMARK-REPOSITORY";
    static final String TEMPORARY = "tmp";
    static final String INCARNATION = "incarnation";
    static final String VMS = "vms";
    static final String HEADER_TEXT = """
            tidemark repository
            version 0
            demonstration only: no later version of Tidemark promises to read this
            """;

    private FolderLayout() {}

    static String incarnation(long number) {
        return INCARNATION + "/" + "%020d".formatted(number);
    }

    static String log(VmId vm) {
        return VMS + "/" + vm + "/log";
    }

    static String packs(VmId vm) {
        return VMS + "/" + vm + "/packs";
    }

    static String maps(VmId vm) {
        return VMS + "/" + vm + "/maps";
    }

    static String pack(VmId vm, RestorePointId point) {
        return packs(vm) + "/" + point + ".pack";
    }

    static String map(VmId vm, RestorePointId point, DiskId disk) {
        return maps(vm) + "/" + point + "-" + disk + ".map";
    }
}
