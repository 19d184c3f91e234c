/// How the commands of a repository say things: tables and amounts for people, records for JSON, progress.
@NullMarked
package io.tidemark.agent.cli.view;

import org.jspecify.annotations.NullMarked;
