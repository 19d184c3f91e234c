package io.tidemark.system;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives the tests one stack together, as starting one takes longer than most of them: each leaves it as it was,
/// which it proves by [Stack#assertNothingIsLeft]. It is stopped after the last test.
final class SharedStack implements ParameterResolver {
    /// Tables are compacted within seconds, so that a test can wait for it, and tries follow each other closely.
    private static final Map<String, String> ORCHESTRATOR = Map.of(
            "tidemark.topics.table-segment", "PT1S",
            "tidemark.topics.table-dirty-ratio", "0.01",
            "tidemark.task.retry-pause", "PT1S");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent("stack", _ -> started(), Stack.class);
    }

    private static Stack started() {
        try {
            Stack stack = Stack.start(ORCHESTRATOR);
            stack.backUp();
            return stack;
        } catch (Exception e) {
            throw new IllegalStateException("stack: expected it to start, found " + e.getMessage(), e);
        }
    }
}
