package io.tidemark.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.ScriptedDomain;
import io.tidemark.agent.backup.ScriptedHypervisor;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service looks once an hour by itself here, so that every report is one that something asked for.
class InventoryServiceTest {
    private static final InventorySettings HOURLY =
            new InventorySettings("hyper", Duration.ofHours(1), Duration.ofHours(1));

    private final BlockingQueue<AgentEvent> told = new LinkedBlockingQueue<>();
    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain domain =
            new ScriptedDomain(DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001"), "mail");
    private InventoryService inventory;

    @BeforeEach
    void watch(@TempDir Path folder) {
        hypervisor.add(domain);
        var look = new VmLook(
                hypervisor,
                new Watches(new PointBegins(), EpochDoubts.open(folder.resolve("doubts")), new RestWatch()));
        inventory = new InventoryService(hypervisor, look, told::add, HOURLY, () -> 0);
        hypervisor.onChange(inventory);
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    @Test
    void aChangeThatTheHypervisorTellsIsReportedAtOnce() throws InterruptedException {
        inventory.start();
        assertThat(states(next())).containsExactly(VmState.RUNNING);

        domain.turnOff();
        hypervisor.tellChange();

        assertThat(states(next())).containsExactly(VmState.OFF);
    }

    @Test
    void aLookThatSeesNothingNewReportsNothingAndAWishedReportComesAllTheSame() throws InterruptedException {
        inventory.start();
        AgentEvent first = next();

        hypervisor.tellChange();
        assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
        inventory.requestReport();

        assertThat(next()).isEqualTo(first);
        assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void aWishedReportThatFailedComesWithTheNextLookThatDoesNot() throws InterruptedException {
        inventory.start();
        AgentEvent first = next();
        hypervisor.failNext("domains", new HypervisorUnavailable("away"));

        inventory.requestReport();
        assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
        assertThat(inventory.isHypervisorReachable()).isFalse();
        hypervisor.tellChange();

        assertThat(next()).isEqualTo(first);
        inventory.requestReport();
        assertThat(next()).isEqualTo(first);
        assertThat(inventory.isHypervisorReachable())
                .as("after the look before")
                .isTrue();
    }

    private AgentEvent next() throws InterruptedException {
        AgentEvent event = told.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within 10 s").isNotNull();
        return event;
    }

    private static List<VmState> states(AgentEvent event) {
        return ((InventoryReported) event).vms().stream().map(VmReport::state).toList();
    }
}
