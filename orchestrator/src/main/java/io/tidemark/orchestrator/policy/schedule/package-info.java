/// Cron expressions, read and computed by cron-utils.
@NullMarked
package io.tidemark.orchestrator.policy.schedule;

import org.jspecify.annotations.NullMarked;
