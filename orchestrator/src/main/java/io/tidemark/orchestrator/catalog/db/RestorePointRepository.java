package io.tidemark.orchestrator.catalog.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

@ApplicationScoped
class RestorePointRepository implements PanacheRepositoryBase<RestorePointEntity, UUID> {}
