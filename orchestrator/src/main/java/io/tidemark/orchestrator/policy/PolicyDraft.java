package io.tidemark.orchestrator.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A policy as a person writes it, in JSON or YAML, before it is checked. [PolicyCheck] says what each field must
/// be.
public record PolicyDraft(
        @Nullable String name,
        @Nullable Times schedule,
        @Nullable Vms selection,
        @Nullable String repository,
        @Nullable String tracker,
        @Nullable String level,
        @Nullable Boolean quiesce,
        @Nullable Keep retention,
        @Nullable String deadline,
        @Nullable Boolean enabled,
        @Nullable List<@Nullable String> mountpoints,
        @Nullable String scripts,
        @Nullable Snapshots snapshot) {
    /// Either `cron` with an optional `zone` (UTC if absent), or `interval`.
    public record Times(
            @Nullable String cron,
            @Nullable String zone,
            @Nullable String interval) {}

    /// Either a `pattern` for names, or `vms` as ids or names.
    public record Vms(@Nullable String pattern, @Nullable List<String> vms) {}

    /// How many points, or snapshots, stay.
    public record Keep(@Nullable Integer keepLast) {}

    /// Has the policy take snapshots instead of backups; may be empty.
    public record Snapshots(
            @Nullable String kind,
            @Nullable String mechanism,
            @Nullable Boolean memory) {}
}
