package io.tidemark.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuardCommandTest {
    @Test
    void thePackagedAgentsClassesLieBesideItsRunner() {
        assertThat(GuardCommand.classPath("/opt/agent/quarkus-run.jar"))
                .isEqualTo("/opt/agent/app/*:/opt/agent/lib/main/*:/opt/agent/lib/boot/*");
    }

    @Test
    void aClassPathOfClassesIsTakenAsItIs() {
        assertThat(GuardCommand.classPath("/app/classes:/lib/a.jar")).isEqualTo("/app/classes:/lib/a.jar");
    }

    @Test
    void theLastArgumentsAreLibvirtsUriAndTheAgentsProcess() {
        assertThat(GuardCommand.of("test:///default", 4711))
                .startsWith("setsid")
                .endsWith("io.tidemark.agent.boot.GuardMain", "test:///default", "4711");
    }
}
