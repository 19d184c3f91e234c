package io.tidemark.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The project's files as the rules read them: without build output, git's folder and hidden folders.
final class SourceTree {
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|record|enum)\\s+([A-Z]\\w*)");

    private final Path root;

    SourceTree(Path root) {
        this.root = root;
    }

    /// The folder that holds `tidemark`, found upwards from where the test runs.
    static SourceTree found() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("tidemark"))) {
            Path above = here.getParent();
            if (above == null) {
                throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " holds tidemark");
            }
            here = above;
        }
        return new SourceTree(here);
    }

    Path root() {
        return root;
    }

    List<Path> files(String ending) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .filter(this::isOurs)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name(Path file) {
        return root.relativize(file).toString();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every class, interface, record and enum that the sources declare, nested ones too.
    Set<String> declaredTypes() {
        return files(".java").stream()
                .flatMap(
                        file -> DECLARED.matcher(String.join("\n", lines(file))).results())
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
    }

    static Stream<String> quoted(Path document) {
        Matcher matcher = Pattern.compile("`([^`\n]+)`").matcher(String.join("\n", lines(document)));
        return matcher.results().map(result -> result.group(1));
    }

    private boolean isOurs(Path file) {
        for (Path part : root.relativize(file)) {
            String name = part.toString();
            if (name.equals("target") || name.equals("node_modules") || name.equals(".git")) {
                return false;
            }
        }
        return true;
    }
}
