/// The commands of `./tidemark repo`: a repository by itself, without Kafka, database, orchestrator or
/// configuration. They decide nothing: what exists, what is free and what an image must hold say repository and
/// restore.
@NullMarked
package io.tidemark.agent.cli;

import org.jspecify.annotations.NullMarked;
