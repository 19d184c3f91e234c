package io.tidemark.agent.snapshot;

import java.nio.file.Path;
import java.util.Map;

class ScriptedSnapshotsTest implements DomainSnapshotsContract {
    private final ScriptedSnapshots snapshots =
            new ScriptedSnapshots(DOMAIN, Map.of("vda", Path.of("/images/a.qcow2"), "vdb", Path.of("/images/b.qcow2")));

    @Override
    public DomainSnapshots snapshots() {
        return snapshots;
    }

    @Override
    public Path lies(String target) {
        return snapshots.lies(target);
    }

    @Override
    public void guestWrites(int value) {
        snapshots.write("vda", value);
    }

    @Override
    public boolean holds(int value) {
        return snapshots.value("vda") == value;
    }
}
