package io.tidemark.orchestrator.boot;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Short pauses, and every repository known and ready.
public class QuickTurns implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "tidemark.task.retry-pause", "PT0.2S",
                "tidemark.admission-every", "PT0.1S",
                "tidemark.admission.tasks-per-repository", "50"));
        settings.putAll(more());
        return settings;
    }

    /// Settings that a test needs beside these.
    protected Map<String, String> more() {
        return Map.of();
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(EveryRepository.class);
    }

    /// As if each were registered.
    @Alternative
    @ApplicationScoped
    public static class EveryRepository implements RepositoryDirectory {
        @Override
        public boolean isKnown(RepositoryId repository) {
            return true;
        }

        @Override
        public boolean isReady(RepositoryId repository) {
            return true;
        }
    }
}
