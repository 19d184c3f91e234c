package io.tidemark.agent.snapshot.storage;

import java.nio.file.Path;

/// Where the file system's own top level is the subvolume.
class BtrfsTopLevelIT extends BtrfsIT {
    @Override
    Path subvolume() {
        return fileSystem().root();
    }
}
