package io.tidemark.agent.restore;

import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.file.Path;

/// Makes images.
public interface ImageTargets {
    /// Makes an image in the file, which exists and is empty, and opens it.
    ImageTarget create(NewImage image) throws IOException;

    /// Ends what an earlier process of this agent left running for the task; nothing left is fine.
    void endLeftovers(TaskId task);

    /// An image to make in `file`.
    ///
    /// @param number of the image in its task, from 0
    /// @param sizeBytes virtual size
    record NewImage(TaskId task, int number, Path file, ImageFormat format, long sizeBytes) {}
}
