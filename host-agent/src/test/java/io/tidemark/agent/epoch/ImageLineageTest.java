package io.tidemark.agent.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageLineageTest {
    @TempDir
    private Path folder;

    private ImageLineage lineage() {
        return ImageLineage.open(folder.resolve("lineage"));
    }

    private void goOn(String before, String after) {
        lineage().goesOn(Optional.of(before), Optional.of(after));
    }

    @Test
    void overlaysOnOverlaysGoOnAsTheFirstImageUntilTheyAreMerged() {
        goOn("base", "one/base at 1");
        goOn("one/base at 1", "two/one/base at 1");
        assertThat(lineage().of("two/one/base at 1")).isEqualTo("base");
        goOn("two/one/base at 1", "one/base at 1");
        assertThat(lineage().of("one/base at 1")).isEqualTo("base");
        goOn("one/base at 1", "base");
        assertThat(lineage().of("base")).isEqualTo("base");
        assertThat(folder.resolve("lineage")).isEmptyFile();
    }

    /// An overlay that somebody else lays, one that took the place of ours, and one below which the base was
    /// changed.
    @Test
    void anyOtherImageIsAnotherOne() {
        goOn("base", "one/base at 1");
        for (String other : new String[] {"two/base at 1", "one/base at 2", "two/one/base at 1"}) {
            assertThat(lineage().of(other)).isEqualTo(other);
        }
    }

    /// The bitmaps of the image below know nothing of what the overlay took, whoever threw it away or merged it.
    @Test
    void theFirstImageIsAnotherOneIfTheDiskStandsOnItAgainWithoutOurMerge() {
        goOn("base", "one/base at 1");
        String left = lineage().of("base");
        assertThat(left).isNotEqualTo("base");
        goOn("base", "two/base at 3");
        assertThat(lineage().of("two/base at 3")).isEqualTo(left);
        assertThat(lineage().of("one/base at 1")).isEqualTo("base");
        goOn("two/base at 3", "base");
        assertThat(lineage().of("base")).isEqualTo(left);
    }

    @Test
    void whoLooksWhileImagesMoveSeesThemAsTheyWere() {
        DomainUuid domain = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001");
        ImageLineage lineage = lineage();
        long before = lineage.moves();
        lineage.hold(domain, Map.of("vda", "base"));
        assertThat(lineage.of(domain, "vda", "one/base at 1")).isEqualTo("base");
        assertThat(lineage.of(domain, "vdb", "other")).isEqualTo("other");
        assertThat(lineage.isHeld(domain)).isTrue();
        lineage.release(domain);
        assertThat(lineage.of(domain, "vda", "one/base at 1")).isEqualTo("one/base at 1");
        assertThat(lineage.moves()).isNotEqualTo(before);
    }

    @Test
    void whatCannotBeNamedGoesOnNothing() {
        lineage().goesOn(Optional.empty(), Optional.of("one"));
        lineage().goesOn(Optional.of("one"), Optional.empty());
        assertThat(lineage().of("one")).isEqualTo("one");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Files.writeString(folder.resolve("lineage"), "one two three\n");
        assertThatThrownBy(this::lineage)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("lineage")
                .hasMessageContaining("one two three");
    }
}
