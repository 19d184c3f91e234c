package io.tidemark.system.epochs;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.EpochStore;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The epochs of one VM.
final class EpochRows implements EpochStore {
    private final Map<Key, Numbered> rows = new LinkedHashMap<>();

    private record Key(DiskId disk, TrackerId tracker) {}

    @Override
    public List<Epoch> all() {
        return rows.values().stream().map(Numbered::epoch).toList();
    }

    @Override
    public List<Epoch> of(VmId vm) {
        return all();
    }

    @Override
    public List<Numbered> live(VmId vm) {
        return rows.values().stream().filter(row -> row.epoch().isLive()).toList();
    }

    @Override
    public Optional<Numbered> find(DiskId disk, TrackerId tracker) {
        return Optional.ofNullable(rows.get(new Key(disk, tracker)));
    }

    @Override
    public void save(Numbered epoch) {
        rows.put(new Key(epoch.epoch().disk(), epoch.epoch().tracker()), epoch);
    }
}
