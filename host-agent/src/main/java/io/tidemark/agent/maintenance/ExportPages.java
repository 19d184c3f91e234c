package io.tidemark.agent.maintenance;

import io.tidemark.agent.repository.Digest;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The lines of one export, laid out in pages that each fit into a message. What it holds grows until it is told;
/// used by one thread.
final class ExportPages {
    private final int charactersMax;
    private final int pagesMax;
    private final List<String> full = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private final MessageDigest digest = Digest.sha256();

    ExportPages() {
        this(CatalogExported.MAX_TEXT_CHARACTERS, CatalogExported.MAX_PAGES);
    }

    /// @param charactersMax of a page, two at least
    ExportPages(int charactersMax, int pagesMax) {
        this.charactersMax = charactersMax;
        this.pagesMax = pagesMax;
    }

    /// There is more than may be told.
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLarge(String message) {
            super(message);
        }
    }

    void add(String line) {
        String rest = line + "\n";
        while (open.length() + rest.length() > charactersMax) {
            int end = characterEnd(rest, charactersMax - open.length());
            open.append(rest, 0, end);
            rest = rest.substring(end);
            closePage();
        }
        open.append(rest);
    }

    /// The same index, or the one before if it would part a surrogate pair.
    private static int characterEnd(String text, int index) {
        boolean isPair = index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        return isPair ? index - 1 : index;
    }

    private void closePage() {
        if (full.size() == pagesMax) {
            throw new TooLarge(
                    "export: expected at most " + pagesMax + " pages of " + charactersMax + " characters, found more");
        }
        String page = open.toString();
        digest.update(page.getBytes(StandardCharsets.UTF_8));
        full.add(page);
        open.setLength(0);
    }

    /// The messages, in the order of their pages. Called once, when at least one line was added.
    List<CatalogExported> told(RepositoryId repository, ExportId export) {
        if (!open.isEmpty()) {
            closePage();
        }
        String all = Digest.ofBytes(digest.digest()).hex();
        return IntStream.range(0, full.size())
                .mapToObj(
                        index -> new CatalogExported(repository, export, all, index + 1, full.size(), full.get(index)))
                .toList();
    }
}
