/// The mechanisms by which storage itself takes snapshots of a volume, done with the programs of the host that has
/// it. Knows no hypervisor, and no other feature but what a snapshot and an image is.
@NullMarked
package io.tidemark.agent.snapshot.storage;

import org.jspecify.annotations.NullMarked;
