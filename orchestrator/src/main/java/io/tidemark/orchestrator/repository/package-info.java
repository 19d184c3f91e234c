/// Registered repositories: what is known of them, never their bytes.
@NullMarked
package io.tidemark.orchestrator.repository;

import org.jspecify.annotations.NullMarked;
