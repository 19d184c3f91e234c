package io.tidemark.orchestrator.boot;

import io.quarkus.runtime.StartupEvent;
import io.tidemark.orchestrator.policy.PolicyDraft;
import io.tidemark.orchestrator.policy.PolicyService;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.repository.RepositoryService;
import io.tidemark.orchestrator.tick.Tick;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Registers what the file of policies holds, once the broker and the database are there. A file that cannot be
/// read stops the start; a policy that breaks a rule is told and left out. By name, so a restart changes nothing.
/// The field that changes is the file still to be applied; it is written at start and on the ticks' thread.
@ApplicationScoped
final class PolicyFileTick implements Tick {
    private static final Logger LOG = Logger.getLogger(PolicyFileTick.class);

    private final RequestConfig config;
    private final RepositoryService repositories;
    private final PolicyService policies;
    private volatile @Nullable PolicyFile pending;

    PolicyFileTick(RequestConfig config, RepositoryService repositories, PolicyService policies) {
        this.config = config;
        this.repositories = repositories;
        this.policies = policies;
    }

    void read(@Observes StartupEvent event) {
        config.policiesFile().ifPresent(path -> pending = PolicyFile.read(path));
    }

    @Override
    public String name() {
        return "policies-file";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        PolicyFile file = pending;
        if (file != null) {
            file.repositories().forEach(id -> repositories.register(new RepositoryId(id)));
            file.policies().forEach(this::apply);
            pending = null;
        }
    }

    private void apply(PolicyDraft draft) {
        try {
            LOG.infof(
                    "policy %s is as the file says",
                    policies.apply(draft).policy().name());
        } catch (Refusal e) {
            LOG.errorf("policy %s of the file is left out: %s", draft.name(), e.getMessage());
        }
    }
}
