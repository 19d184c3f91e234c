/// Writes a restore point to new images, proves them by reading back, and only then gives them their names. It
/// never writes to an image that was there before.
@NullMarked
package io.tidemark.agent.restore;

import org.jspecify.annotations.NullMarked;
