/// Says what each disk's bitmap is good for right now, and why not. It only weakens what was proposed, never more.
@NullMarked
package io.tidemark.agent.epoch;

import org.jspecify.annotations.NullMarked;
