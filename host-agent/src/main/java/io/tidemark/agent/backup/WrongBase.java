package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DiskId;

/// A disk is not what its parent's point and the bitmap say: it has to be read whole.
final class WrongBase extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DiskId disk;

    WrongBase(DiskId disk) {
        super("disk " + disk + ": expected what the bitmap calls clean to be as in the parent, found a difference");
        this.disk = disk;
    }

    DiskId disk() {
        return disk;
    }
}
