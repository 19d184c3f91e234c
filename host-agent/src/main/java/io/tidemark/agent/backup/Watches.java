package io.tidemark.agent.backup;

import io.tidemark.agent.epoch.EpochDoubts;

/// What this host knows of its domains beside what their bitmaps say.
///
/// @param begins is told of each point in time that is taken
/// @param doubts what makes bitmaps prove nothing though they record
/// @param rest watches the images of domains that are off
public record Watches(PointBegins begins, EpochDoubts doubts, RestWatch rest) {}
