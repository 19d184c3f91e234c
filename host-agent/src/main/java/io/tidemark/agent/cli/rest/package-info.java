/// What the commands ask of the orchestrator's REST interface.
@NullMarked
package io.tidemark.agent.cli.rest;

import org.jspecify.annotations.NullMarked;
