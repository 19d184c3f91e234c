package io.tidemark.agent.backup;

import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.OptionalLong;

/// The dirty bitmaps of one name on one disk, one in each image from the top down to that in which it began.
///
/// @param granularityBytes of the coarsest
/// @param dirtyBytes how much they name, in whole granules; empty where it was not counted, as of a domain that is
///     off and was not asked for it, or where the domain runs and there are several, which may name the same
///     granule
public record BitmapView(BitmapState state, long granularityBytes, OptionalLong dirtyBytes) {}
