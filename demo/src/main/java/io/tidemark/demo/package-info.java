/// A guest that numbers its writes, a libvirtd of its own to run it, and a checker of what a restore brought back.
@NullMarked
package io.tidemark.demo;

import org.jspecify.annotations.NullMarked;
