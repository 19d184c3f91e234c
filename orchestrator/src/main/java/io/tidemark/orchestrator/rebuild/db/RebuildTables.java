package io.tidemark.orchestrator.rebuild.db;

import io.tidemark.orchestrator.rebuild.RebuildStore;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.Session;

@ApplicationScoped
final class RebuildTables implements RebuildStore {
    private static final String IS_NAMED = """
            select exists (select 1 from restore_point where vm_id = :vm)
                or exists (select 1 from task where vm_id = :vm)
                or exists (select 1 from epoch where vm_id = :vm)
                or exists (select 1 from checkpoint where vm_id = :vm)
                or exists (select 1 from restore_task where vm_id = :vm)
                or exists (select 1 from client_request where vm_id = :vm)
                or exists (select 1 from policy where position(cast(:vm as text) in selection_vms) > 0)""";

    private final Session session;

    RebuildTables(Session session) {
        this.session = session;
    }

    @Override
    public boolean isOnlySeen(VmId vm) {
        return !session.createNativeQuery(IS_NAMED, Boolean.class)
                .setParameter("vm", vm.value())
                .getSingleResult();
    }
}
