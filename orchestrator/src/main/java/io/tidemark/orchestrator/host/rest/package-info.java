/// Hosts and VMs over REST.
@NullMarked
package io.tidemark.orchestrator.host.rest;

import org.jspecify.annotations.NullMarked;
