@NullMarked
package io.tidemark.agent.cli.view;

import org.jspecify.annotations.NullMarked;
