/// Clients of the topic interface: their requests, the gates these wait for, one terminal reply each.
@NullMarked
package io.tidemark.orchestrator.request;

import org.jspecify.annotations.NullMarked;
