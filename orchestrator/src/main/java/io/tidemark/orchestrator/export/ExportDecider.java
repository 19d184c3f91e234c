package io.tidemark.orchestrator.export;

import io.tidemark.orchestrator.export.ExportDecision.Ignored;
import io.tidemark.orchestrator.export.ExportDecision.Moved;
import io.tidemark.orchestrator.export.ExportEffect.DropPages;
import io.tidemark.orchestrator.export.ExportEffect.KeepPage;
import io.tidemark.orchestrator.export.ExportEffect.ReadText;
import io.tidemark.orchestrator.export.ExportEvent.PageHeard;
import io.tidemark.orchestrator.export.ExportEvent.Refused;
import io.tidemark.orchestrator.export.ExportEvent.TextRead;
import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The state machine of an export. Pure: no clock, no I/O, no randomness.
///
/// A command that is carried out twice tells the pages twice. If the repository has changed in between, they have
/// another digest: from its first page on the later export takes the place of the earlier, and what still comes of
/// the earlier is ignored. So pages of two exports are never put together.
final class ExportDecider {
    private ExportDecider() {}

    /// What `event` makes of an export that stands in `state`.
    static ExportDecision decide(ExportState state, ExportEvent event) {
        return switch (state) {
            case Asked _ -> whileAsked(event);
            case Arriving export -> whileArriving(export, event);
            case Complete _, Failed _ -> new Ignored("the export has ended");
        };
    }

    private static ExportDecision whileAsked(ExportEvent event) {
        return switch (event) {
            case PageHeard page -> kept(page, Set.of(), List.of());
            case TextRead _ -> new Ignored("no page has come");
            case Refused(String why) -> new Moved(new Failed(why), List.of());
        };
    }

    private static ExportDecision whileArriving(Arriving export, ExportEvent event) {
        return switch (event) {
            case PageHeard page -> page(export, page);
            case TextRead(String digest) -> read(export, digest);
            case Refused(String why) -> new Moved(new Failed(why), List.of(new DropPages()));
        };
    }

    private static ExportDecision page(Arriving export, PageHeard page) {
        boolean isOfTheSame = page.digest().equals(export.digest()) && page.pages() == export.pages();
        if (isOfTheSame) {
            return export.kept().contains(page.page())
                    ? new Ignored("the page is kept already")
                    : kept(page, export.kept(), List.of());
        }
        return page.page() == 1
                ? kept(page, Set.of(), List.of(new DropPages()))
                : new Ignored("a page of an export that another has taken the place of");
    }

    private static ExportDecision read(Arriving export, String digest) {
        if (!export.isWhole()) {
            return new Ignored("not all pages have come");
        }
        return digest.equals(export.digest())
                ? new Moved(new Complete(digest, export.pages()), List.of())
                : new Moved(
                        new Failed("text: expected the digest " + export.digest() + ", found " + digest),
                        List.of(new DropPages()));
    }

    private static Moved kept(PageHeard page, Set<Integer> before, List<ExportEffect> first) {
        Set<Integer> kept = new HashSet<>(before);
        kept.add(page.page());
        Arriving next = new Arriving(page.digest(), page.pages(), kept);
        List<ExportEffect> effects = new ArrayList<>(first);
        effects.add(new KeepPage());
        if (next.isWhole()) {
            effects.add(new ReadText());
        }
        return new Moved(next, effects);
    }
}
