package io.tidemark.agent.export;

import io.tidemark.agent.repository.VmHistory;
import io.tidemark.agent.restore.DomainRewrite;
import io.tidemark.agent.restore.DomainRewrite.DomainName;
import org.jspecify.annotations.Nullable;

/// A VM in JSON, as `docs/formats/catalog-export.md` describes it.
///
/// @param name of the domain in the newest point
/// @param domain its UUID there
public record VmView(
        String kind,
        String vm,
        @Nullable String name,
        @Nullable String domain,
        @Nullable String newestAttempt,
        int points) {
    public static VmView of(VmHistory history) {
        DomainName domain = domain(history);
        return new VmView(
                "vm",
                history.vm().toString(),
                domain.name().isEmpty() ? null : domain.name(),
                domain.uuid().isEmpty() ? null : domain.uuid(),
                history.newestAttempt() == null ? null : history.newestAttempt().toString(),
                history.points().size());
    }

    private static DomainName domain(VmHistory history) {
        if (history.points().isEmpty()) {
            return new DomainName("", "");
        }
        return domain(history.points().getLast().point().description().domainXml());
    }

    /// What a definition says of its domain. One that cannot be read is no reason to refuse its disks.
    public static DomainName domain(String xml) {
        try {
            return DomainRewrite.named(xml);
        } catch (IllegalArgumentException unreadable) {
            return new DomainName("", "");
        }
    }

    /// What people call it.
    public String title() {
        return name == null ? vm : name;
    }
}
