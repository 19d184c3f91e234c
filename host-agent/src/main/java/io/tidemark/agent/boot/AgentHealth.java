package io.tidemark.agent.boot;

import io.smallrye.common.annotation.Identifier;
import io.tidemark.agent.command.Heartbeats;
import io.tidemark.agent.command.Journal;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.kafka.CommandAssignment;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Alive as long as the heart beats and the journal takes what it is told; ready once commands can come and be
/// carried out.
@Singleton
final class AgentHealth {
    @Produces
    @Singleton
    @Liveness
    HealthCheck heartbeat(Heartbeats heartbeats) {
        return () -> HealthCheckResponse.named("heartbeat")
                .status(heartbeats.isBeating())
                .build();
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck journal(Journal journal) {
        return () -> HealthCheckResponse.named("journal")
                .status(!journal.hasFailed())
                .build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck kafka(@Identifier("commands-assignment") CommandAssignment assignment) {
        return () -> HealthCheckResponse.named("command topic")
                .status(assignment.isAssigned())
                .withData("assigned", assignment.isAssigned())
                .build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck hypervisor(InventoryService inventory, AgentConfig config) {
        return () -> HealthCheckResponse.named("hypervisor")
                .status(inventory.isHypervisorReachable())
                .withData("uri", config.libvirt().uri())
                .withData("reachable", inventory.isHypervisorReachable())
                .build();
    }
}
