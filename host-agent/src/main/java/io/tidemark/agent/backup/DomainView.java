package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.List;
import java.util.Optional;

/// One domain of the host as it was when asked. CD-ROM and floppy drives are not among its disks.
public record DomainView(DomainUuid uuid, String name, VmState state, List<DomainDisk> disks) {
    public DomainView {
        disks = List.copyOf(disks);
    }

    /// The serial of one of its disks. One that is blank, or that two of them have, names no disk, as where reports
    /// are read.
    Optional<String> ownSerial(DomainDisk disk) {
        return disk.serial()
                .filter(serial -> !serial.isBlank()
                        && disks.stream()
                                        .filter(other -> other.serial().equals(disk.serial()))
                                        .count()
                                == 1);
    }
}
