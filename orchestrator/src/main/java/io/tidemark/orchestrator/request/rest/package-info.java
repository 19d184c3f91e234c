/// Enrolment of clients over REST.
@NullMarked
package io.tidemark.orchestrator.request.rest;

import org.jspecify.annotations.NullMarked;
