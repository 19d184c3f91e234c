package io.tidemark.agent.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.maintenance.ExportPages.TooLarge;
import io.tidemark.agent.repository.Digest;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExportPagesTest {
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final ExportId EXPORT = new ExportId(new UUID(9, 9));

    private static List<CatalogExported> pages(int charactersMax, int pagesMax, String... lines) {
        ExportPages pages = new ExportPages(charactersMax, pagesMax);
        List.of(lines).forEach(pages::add);
        return pages.told(MAIN, EXPORT);
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    @Test
    void pagesAreFullAndBearTheDigestOfAll() {
        String all = "abc\nde\nfghijklm\n";

        assertThat(pages(5, 4, "abc", "de", "fghijklm"))
                .containsExactly(
                        new CatalogExported(MAIN, EXPORT, digest(all), 1, 4, "abc\nd"),
                        new CatalogExported(MAIN, EXPORT, digest(all), 2, 4, "e\nfgh"),
                        new CatalogExported(MAIN, EXPORT, digest(all), 3, 4, "ijklm"),
                        new CatalogExported(MAIN, EXPORT, digest(all), 4, 4, "\n"));
    }

    @Test
    void aPageThatIsJustFullIsTheLast() {
        assertThat(pages(4, 1, "abc"))
                .singleElement()
                .satisfies(page -> assertThat(page.text()).isEqualTo("abc\n"));
    }

    @Test
    void noPageEndsWithinACharacter() {
        String two = "a\uD83D\uDE00\uD83D\uDE00";

        List<CatalogExported> pages = pages(4, 3, two);

        assertThat(pages).extracting(CatalogExported::text).containsExactly("a\uD83D\uDE00", "\uD83D\uDE00\n");
        assertThat(pages).extracting(CatalogExported::digest).containsOnly(digest(two + "\n"));
    }

    @Test
    void moreThanMayBeToldIsRefused() {
        assertThatThrownBy(() -> pages(4, 2, "abc", "abc", "abc"))
                .isInstanceOf(TooLarge.class)
                .hasMessage("export: expected at most 2 pages of 4 characters, found more");
    }
}
