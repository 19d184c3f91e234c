package io.tidemark.agent.backup;

import io.tidemark.agent.epoch.EpochDoubts;

/// What this host knows of its domains beside what their bitmaps say.
///
/// @param begins is told of each point in time that is taken
/// @param doubts what makes bitmaps prove nothing though they record
/// @param rest watches the images of domains that are off
public record Watches(PointBegins begins, EpochDoubts doubts, RestWatch rest) {
    /// Runs a write of ours to images of a domain that is off, which marks every bitmap in an image as in use while
    /// it lasts. Whoever looks at the domain meanwhile waits for the watch before the look ends, and finds the
    /// count of begins moved then.
    ///
    /// @return whether nothing was changed by others
    boolean writeAtRest(DomainView off, Runnable write) {
        begins.moved(off.uuid());
        return rest.write(off, () -> {
            try {
                write.run();
            } finally {
                begins.moved(off.uuid());
            }
        });
    }
}
