package io.tidemark.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");

    @Test
    void theDocumentListsEverySetting() throws IOException {
        String document = Files.readString(DOCUMENT);

        assertThat(names("tidemark", AgentConfig.class))
                .contains("tidemark.host.id", "tidemark.scratch.max", "tidemark.slots")
                .allSatisfy(name -> assertThat(document).contains("`" + name));
    }

    @Test
    void aVmIsNamedByTheUuidOfItsDomain() {
        String uuid = "6a1f0f2e-0000-4000-8000-000000000001";

        AgentConfig config = new SmallRyeConfigBuilder()
                .withMapping(AgentConfig.class)
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withDefaultValue("tidemark.host.id", "6a1f0f2e-0000-4000-8000-000000000002")
                .withDefaultValue("tidemark.state-folder", "/srv/state")
                .withDefaultValue("tidemark.read-rate.of-domain.\"" + uuid + "\"", "50M")
                .build()
                .getConfigMapping(AgentConfig.class);

        assertThat(config.readRate().ofDomain().entrySet()).singleElement().satisfies(each -> {
            assertThat(each.getKey()).isEqualTo(DomainUuid.of(uuid));
            assertThat(each.getValue().asLongValue()).isEqualTo(50 << 20);
        });
    }

    private static Stream<String> names(String prefix, Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .flatMap(method -> names(prefix + "." + kebab(method.getName()), method));
    }

    private static Stream<String> names(String name, Method method) {
        boolean isGroup = method.getReturnType().getEnclosingClass() == AgentConfig.class;
        return isGroup ? names(name, method.getReturnType()) : Stream.of(name);
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
