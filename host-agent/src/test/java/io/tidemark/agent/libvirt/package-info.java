/// Tests of the libvirt adapter, some on a real private libvirtd.
@NullMarked
package io.tidemark.agent.libvirt;

import org.jspecify.annotations.NullMarked;
