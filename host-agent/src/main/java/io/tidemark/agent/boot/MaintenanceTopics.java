package io.tidemark.agent.boot;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.RepositoryId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// The topics of the maintenance channel follow from the repositories that are configured; without one the channel
/// is off.
public final class MaintenanceTopics implements ConfigSourceFactory {
    private static final String REPOSITORIES = "tidemark.repositories.";
    private static final String CHANNEL = "mp.messaging.incoming.maintenance.";
    /// Always said: Quarkus keeps what the build found, where there is no repository, as the default.
    private static final String ENABLED = CHANNEL + "enabled";

    private static final int ORDINAL = 300;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> all = context.iterateNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        return List.of(new PropertiesConfigSource(properties(names), "maintenance topics", ORDINAL));
    }

    static Map<String, String> properties(List<String> names) {
        String topics = names.stream()
                .filter(name -> name.startsWith(REPOSITORIES))
                .map(name -> name.substring(REPOSITORIES.length()).replace("\"", ""))
                .map(RepositoryId::new)
                .map(Topics::maintenanceCommands)
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
        return topics.isEmpty() ? Map.of(ENABLED, "false") : Map.of(ENABLED, "true", CHANNEL + "topics", topics);
    }
}
