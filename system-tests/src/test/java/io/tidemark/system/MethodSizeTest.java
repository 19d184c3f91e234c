package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a method may ask of its reader, measured on the syntax tree of every source file.
class MethodSizeTest {
    private static final int LINES_MAX = 40;
    private static final int PARAMETERS_MAX = 5;

    private static List<Method> methods;

    /// One method of ours; its lines are those of its body.
    private record Method(String name, long lines, int parameters, boolean mayTakeMany) {}

    @BeforeAll
    static void parseEverything() throws IOException {
        SourceTree tree = SourceTree.found();
        methods = methods(tree.files(".java"));
    }

    @Test
    void noMethodIsLongerThanAScreen() {
        assertThat(methods.stream().filter(method -> method.lines() > LINES_MAX))
                .isEmpty();
    }

    /// Constructors are left out, as what is injected is many at times, and so are the columns of a test's table.
    @Test
    void noMethodTakesMoreThanAHandful() {
        assertThat(methods.stream().filter(method -> !method.mayTakeMany() && method.parameters() > PARAMETERS_MAX))
                .isEmpty();
    }

    @Test
    void aLongMethodAndALongListOfParametersAreSeen(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("Long.java"),
                "class Long { void lines() {" + "\n".repeat(LINES_MAX)
                        + "} void many(int a, int b, int c, int d, int e, int f) {} }");

        assertThat(methods(List.of(file)))
                .extracting(Method::lines, Method::parameters)
                .contains(tuple(LINES_MAX + 1L, 0), tuple(1L, 6));
    }

    private static List<Method> methods(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            var scanner = new Methods(Trees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                scanner.scan(unit, null);
            }
            return scanner.found;
        }
    }

    private static final class Methods extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final List<Method> found = new ArrayList<>();

        private Methods(Trees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
            found.add(new Method(
                    unit.getSourceFile().getName() + ": " + method.getName(),
                    method.getBody() == null ? 0 : lines(unit, method.getBody()),
                    method.getParameters().size(),
                    mayTakeMany(method)));
            return super.visitMethod(method, null);
        }

        private long lines(CompilationUnitTree unit, BlockTree body) {
            long start = trees.getSourcePositions().getStartPosition(unit, body);
            long end = trees.getSourcePositions().getEndPosition(unit, body);
            return unit.getLineMap().getLineNumber(end) - unit.getLineMap().getLineNumber(start) + 1;
        }

        private static boolean mayTakeMany(MethodTree method) {
            return method.getReturnType() == null
                    || method.getModifiers().getAnnotations().stream()
                            .map(annotation -> annotation.getAnnotationType().toString())
                            .anyMatch("ParameterizedTest"::equals);
        }
    }
}
