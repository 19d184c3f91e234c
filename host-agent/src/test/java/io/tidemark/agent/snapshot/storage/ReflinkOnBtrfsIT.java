package io.tidemark.agent.snapshot.storage;

import io.tidemark.demo.LoopFileSystem;

/// The same on btrfs.
class ReflinkOnBtrfsIT extends ReflinkOnXfsIT {
    @Override
    LoopFileSystem.Type type() {
        return LoopFileSystem.Type.BTRFS;
    }
}
