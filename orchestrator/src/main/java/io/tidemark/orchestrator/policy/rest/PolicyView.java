package io.tidemark.orchestrator.policy.rest;

import io.tidemark.orchestrator.policy.Policy;
import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.policy.PolicyDraft;
import io.tidemark.orchestrator.policy.PolicyStatus;
import io.tidemark.orchestrator.policy.Schedule;
import io.tidemark.orchestrator.policy.Selection;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A policy as a person reads it: the fields that were sent, and how it goes.
///
/// @param repository null where it takes snapshots, as are tracker and level
/// @param snapshot null where it takes backups
public record PolicyView(
        PolicyId id,
        String name,
        PolicyDraft.Times schedule,
        PolicyDraft.Vms selection,
        @Nullable String repository,
        @Nullable TrackerId tracker,
        @Nullable BackupLevel level,
        boolean quiesce,
        PolicyDraft.Keep retention,
        String deadline,
        boolean enabled,
        @Nullable Instant nextDue,
        @Nullable Instant lastFired,
        @Nullable RunId lastRun,
        @Nullable String lastOutcome,
        @Nullable List<String> mountpoints,
        @Nullable ScriptSetId scripts,
        PolicyDraft.@Nullable Snapshots snapshot) {
    static PolicyView of(PolicyStatus status) {
        Policy.Terms terms = status.policy().terms();
        Backups backups = terms.purpose() instanceof Backups found ? found : null;
        return new PolicyView(
                status.policy().id(),
                status.policy().name(),
                times(terms.schedule()),
                vms(terms.selection()),
                backups == null ? null : backups.repository().value(),
                backups == null ? null : backups.tracker(),
                backups == null ? null : backups.level(),
                terms.quiescing().asked(),
                new PolicyDraft.Keep(terms.keepLast()),
                terms.deadline().toString(),
                terms.enabled(),
                status.nextDue(),
                status.lastFired(),
                status.lastRun(),
                status.lastOutcome(),
                terms.quiescing().mountpoints(),
                terms.quiescing().scripts(),
                terms.purpose() instanceof Snapshots snapshots ? drafted(snapshots) : null);
    }

    private static PolicyDraft.Snapshots drafted(Snapshots snapshots) {
        SnapshotKind kind = snapshots.kind();
        SnapshotMechanism mechanism = snapshots.mechanism();
        return new PolicyDraft.Snapshots(
                kind == null ? null : kind.code(), mechanism == null ? null : mechanism.code(), snapshots.memory());
    }

    private static PolicyDraft.Times times(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Cron(String expression, ZoneId zone) -> new PolicyDraft.Times(expression, zone.getId(), null);
            case Schedule.Interval(Duration period) -> new PolicyDraft.Times(null, null, period.toString());
        };
    }

    private static PolicyDraft.Vms vms(Selection selection) {
        return switch (selection) {
            case Selection.NamePattern(String glob) -> new PolicyDraft.Vms(glob, null);
            case Selection.Listed(Set<String> vms) ->
                new PolicyDraft.Vms(null, vms.stream().sorted().toList());
        };
    }
}
