package io.tidemark.agent.snapshot;

import java.nio.file.Path;
import java.util.Map;

class ScriptedCopyBeforeWriteTest implements CopyBeforeWriteContract {
    private final ScriptedSnapshots snapshots =
            new ScriptedSnapshots(DOMAIN, Map.of("vda", Path.of("/images/a.raw"), "vdb", Path.of("/images/b.raw")));

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
