/// Tests of how exports of repositories are read.
@NullMarked
package io.tidemark.orchestrator.rebuild.rest;

import org.jspecify.annotations.NullMarked;
