package io.tidemark.bench.repository;

import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;

/// The side that writes a full to a new repository with protection, which is made before it is measured.
///
/// @param folder for the repository and its keys
record ProtectedSide(Path folder, long diskBytes) {
    /// Writes the disk's first point.
    interface Full {
        void write(BackedUpDisk disk) throws IOException, InterruptedException;
    }

    Side full(Full full) {
        Path ours = folder.resolve("protected");
        var opened = new ArrayList<Repository>();
        Side.Work prepare = () -> {
            Folders.delete(ours);
            opened.clear();
            opened.add(Ours.createdProtected(ours, Folders.fresh(folder.resolve("keys"))));
        };
        return new Side(Ours.PROTECTED, true, ours, prepare, () -> {
            full.write(new BackedUpDisk(opened.getFirst(), 1, diskBytes));
        });
    }
}
