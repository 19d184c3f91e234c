/// The catalog's incarnation over REST.
@NullMarked
package io.tidemark.orchestrator.incarnation.rest;

import org.jspecify.annotations.NullMarked;
