/// The demo: real parts from nothing to restored and proved disks, with a report. It knows the product only by its
/// REST interface.
@NullMarked
package io.tidemark.demo.tour;

import org.jspecify.annotations.NullMarked;
