/// What is protected and when: policies, their schedule, selection and retention. It knows no VM's bytes.
@NullMarked
package io.tidemark.orchestrator.policy;

import org.jspecify.annotations.NullMarked;
