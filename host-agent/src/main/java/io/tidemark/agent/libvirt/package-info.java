/// The port to the hypervisor, done with libvirt-java. Only this package and its bridge know libvirt's types.
@NullMarked
package io.tidemark.agent.libvirt;

import org.jspecify.annotations.NullMarked;
