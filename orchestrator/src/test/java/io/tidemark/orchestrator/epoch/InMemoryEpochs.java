package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Epochs in memory, for one thread.
final class InMemoryEpochs implements EpochStore {
    private final Map<String, Numbered> rows = new LinkedHashMap<>();

    @Override
    public List<Epoch> all() {
        return rows.values().stream().map(Numbered::epoch).toList();
    }

    @Override
    public List<Epoch> of(VmId vm) {
        return all().stream().filter(epoch -> epoch.vm().equals(vm)).toList();
    }

    @Override
    public List<Numbered> live(VmId vm) {
        return rows.values().stream()
                .filter(row -> row.epoch().isLive() && row.epoch().vm().equals(vm))
                .toList();
    }

    @Override
    public Optional<Numbered> find(DiskId disk, TrackerId tracker) {
        return Optional.ofNullable(rows.get(disk + "/" + tracker));
    }

    @Override
    public void save(Numbered epoch) {
        rows.put(epoch.epoch().disk() + "/" + epoch.epoch().tracker(), epoch);
    }
}
