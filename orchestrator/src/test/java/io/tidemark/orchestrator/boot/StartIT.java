package io.tidemark.orchestrator.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.schemas.id.HostId;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RealServers.class)
class StartIT {
    @Inject
    Hosts hosts;

    @Test
    void theSchemaIsMigratedAndAHostIsEnrolledOnce() {
        HostId host = hosts.enrol("hyper-1", null);

        hosts.enrol("hyper-1", host);

        assertThat(hosts.byId(host)).hasValueSatisfying(found -> assertThat(found.name()).isEqualTo("hyper-1"));
    }
}
