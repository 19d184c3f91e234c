package io.tidemark.orchestrator.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The document lists every setting with its default, so that neither changes unnoticed.
class ConfigurationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");
    private static final Pattern ROW = Pattern.compile("^\\| (`tidemark[^ ]+`) \\| ([^ ]+) \\|");

    @Test
    void theDocumentListsEverySettingWithItsDefaultAndNoOther() throws IOException {
        List<String> listed = Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals("## Orchestrator"))
                .map(ROW::matcher)
                .filter(Matcher::find)
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();

        List<String> settings = Stream.of(OrchestratorConfig.class, RequestConfig.class)
                .flatMap(mapping -> settings("tidemark", mapping))
                .toList();

        assertThat(listed).containsExactlyInAnyOrderElementsOf(settings);
    }

    private static Stream<String> settings(String prefix, Class<?> mapping) {
        return Arrays.stream(mapping.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .flatMap(method -> {
                    String name = prefix + "." + name(method);
                    return ConfigurationTest.class
                                    .getPackage()
                                    .equals(method.getReturnType().getPackage())
                            ? settings(name, method.getReturnType())
                            : Stream.of("`" + name + "` " + defaultOf(method));
                });
    }

    private static String name(Method method) {
        WithName given = method.getAnnotation(WithName.class);
        return given != null
                ? given.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(Method method) {
        WithDefault given = method.getAnnotation(WithDefault.class);
        return given == null ? "none" : given.value();
    }
}
