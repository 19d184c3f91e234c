package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the compiler does not see: sizes, leftovers, and documents that name what is not there.
class TidyTest {
    private static final int NON_BLANK_LINES_MAX = 400;
    private static final int TEST_NON_BLANK_LINES_MAX = 600;
    private static final int COMMENT_COLUMNS_MAX = 116;
    private static final int COLUMNS_MAX = 120;
    private static final Pattern LEFTOVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+/?");
    private static final Pattern TYPE = Pattern.compile("[A-Z][a-z0-9]+([A-Z][a-z0-9]*)+");

    /// A file that an operator may write, and a figure of Linux.
    private static final Set<String> NOT_OURS = Set.of("config/application.properties", "RssAnon");

    private final SourceTree tree = SourceTree.found();

    @Test
    void noJavaFileIsTooLong() {
        Stream<String> tooLong = tree.files(".java").stream()
                .filter(file -> nonBlankLines(file) > limit(file))
                .map(file -> tree.name(file) + ": " + nonBlankLines(file) + " non-blank lines");

        assertThat(tooLong).isEmpty();
    }

    @Test
    void noLineIsTooWide() {
        Stream<String> tooWide = tree.files(".java").stream().flatMap(file -> tooWide(file));

        assertThat(tooWide).isEmpty();
    }

    @Test
    void noWorkIsLeftAsANoteInTheCode() {
        Stream<String> leftovers = tree.files(".java").stream()
                .filter(file -> SourceTree.lines(file).stream()
                        .anyMatch(line -> LEFTOVER.matcher(line).find()))
                .map(tree::name);

        assertThat(leftovers).as("open an issue instead").isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        Stream<String> silent = tree.files(".java").stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> folder.toString().contains("/src/main/"))
                .filter(folder -> !folder.endsWith("org/libvirt"))
                .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .map(tree::name);

        assertThat(silent).isEmpty();
    }

    @Test
    void everyPathThatADocumentNamesExists() {
        Stream<String> missing = documents()
                .flatMap(document -> SourceTree.quoted(tree.root().resolve(document))
                        .filter(word -> PATH.matcher(word).matches())
                        .filter(word -> !NOT_OURS.contains(word))
                        .filter(word -> !Files.exists(tree.root().resolve(word)))
                        .map(word -> document + " names " + word));

        assertThat(missing).isEmpty();
    }

    @Test
    void everyTypeThatADocumentNamesExists() {
        Set<String> types = tree.declaredTypes();

        Stream<String> missing = documents()
                .flatMap(document -> SourceTree.quoted(tree.root().resolve(document))
                        .filter(word -> TYPE.matcher(word).matches())
                        .filter(word -> !NOT_OURS.contains(word))
                        .filter(word -> !types.contains(word))
                        .map(word -> document + " names " + word));

        assertThat(missing).isEmpty();
    }

    /// Every page for people: those at the top, and all below `docs`.
    private Stream<String> documents() {
        return tree.files(".md").stream()
                .map(tree::name)
                .filter(name -> !name.contains("/") || name.startsWith("docs/"));
    }

    private Stream<String> tooWide(Path file) {
        List<String> lines = SourceTree.lines(file);
        return IntStream.range(0, lines.size())
                .filter(index -> lines.get(index).length() > columnsMax(lines.get(index)))
                .mapToObj(index -> tree.name(file) + ":" + (index + 1) + ": "
                        + lines.get(index).length() + " columns");
    }

    private static int columnsMax(String line) {
        return line.strip().startsWith("//") ? COMMENT_COLUMNS_MAX : COLUMNS_MAX;
    }

    private static long nonBlankLines(Path file) {
        return SourceTree.lines(file).stream().filter(line -> !line.isBlank()).count();
    }

    private static int limit(Path file) {
        return file.toString().contains("/src/test/") ? TEST_NON_BLANK_LINES_MAX : NON_BLANK_LINES_MAX;
    }

    private static boolean isNullMarked(Path packageFile) {
        return Files.exists(packageFile)
                && SourceTree.lines(packageFile).stream().anyMatch(line -> line.startsWith("@NullMarked"));
    }
}
