package io.tidemark.orchestrator.boot;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/// Short pauses, and every repository known and ready.
public final class QuickTurns implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "tidemark.task.retry-pause", "PT0.2S",
                "tidemark.admission-every", "PT0.1S",
                "tidemark.tracker.idle-after", "PT10M",
                "tidemark.tracker.per-vm-max", "2",
                "tidemark.admission.tasks-per-repository", "50");
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(EveryRepository.class);
    }
}
