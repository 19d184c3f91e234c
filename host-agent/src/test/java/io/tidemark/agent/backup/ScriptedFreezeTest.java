package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/// The fake's guest freezes as a real one does.
class ScriptedFreezeTest implements GuestFreezeContract {
    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain domain =
            new ScriptedDomain(DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001"), "guest");

    @BeforeEach
    void mount() {
        domain.mounted = List.of(MOUNTPOINT);
        hypervisor.add(domain);
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public DomainUuid guest() {
        return domain.uuid;
    }
}
