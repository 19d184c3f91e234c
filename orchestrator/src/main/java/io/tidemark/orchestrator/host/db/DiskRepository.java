package io.tidemark.orchestrator.host.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

@ApplicationScoped
class DiskRepository implements PanacheRepositoryBase<DiskEntity, UUID> {}
