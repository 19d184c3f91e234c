/// What a repository knows of its VMs and points, said as `docs/formats/catalog-export.md` describes it. It decides
/// nothing, and knows neither who asks nor where what it says goes.
@NullMarked
package io.tidemark.agent.export;

import org.jspecify.annotations.NullMarked;
