/// Tests of the reader of qcow2 images, some on images that `qemu-img` makes.
@NullMarked
package io.tidemark.agent.qcow2;

import org.jspecify.annotations.NullMarked;
