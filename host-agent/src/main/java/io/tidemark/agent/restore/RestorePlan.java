package io.tidemark.agent.restore;

import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a restore will do, after all that can be refused without writing has been looked at.
///
/// @param domainXml the domain to define at the end, null for images alone
record RestorePlan(
        TaskId task,
        PointKey point,
        List<PlannedDisk> disks,
        @Nullable String domainXml) {
    RestorePlan {
        disks = List.copyOf(disks);
    }

    /// One disk of the point and its image: `file` is the name that appears at the end, `partial` the one until
    /// then.
    record PlannedDisk(DiskDescription disk, Path file, Path partial, ImageFormat format) {}

    /// Beside the final name, so that a link can make that one; hidden, and bears the task.
    static Path partial(Path file, TaskId task) {
        return file.resolveSibling("." + file.getFileName() + ".tidemark-" + task + ".partial");
    }
}
