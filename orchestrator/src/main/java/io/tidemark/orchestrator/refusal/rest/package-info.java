/// Refusals as problem documents (RFC 9457).
@NullMarked
package io.tidemark.orchestrator.refusal.rest;

import org.jspecify.annotations.NullMarked;
