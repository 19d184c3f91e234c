package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.List;

/// One domain of the host as it was when asked. CD-ROM and floppy drives are not among its disks.
public record DomainView(DomainUuid uuid, String name, VmState state, List<DomainDisk> disks) {
    public DomainView {
        disks = List.copyOf(disks);
    }
}
