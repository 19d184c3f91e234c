package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.orchestrator.policy.Policy.Purpose;
import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.refusal.Refusal.Fault;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns a draft into terms, or tells every field that breaks its rule.
final class PolicyCheck {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Duration DEFAULT_DEADLINE = Duration.ofHours(4);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(366);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(7);
    private static final String NONE = "none";

    private final Timetable timetable;
    private final Predicate<RepositoryId> isKnown;
    private final List<Fault> faults = new ArrayList<>();

    private PolicyCheck(Timetable timetable, Predicate<RepositoryId> isKnown) {
        this.timetable = timetable;
        this.isKnown = isKnown;
    }

    /// A name and terms that keep every rule.
    record Checked(String name, Policy.Terms terms) {}

    /// @param isKnown whether a repository is registered
    static Checked check(PolicyDraft draft, Timetable timetable, Predicate<RepositoryId> isKnown) {
        PolicyCheck check = new PolicyCheck(timetable, isKnown);
        String name = check.name(draft.name());
        Schedule schedule = check.schedule(draft.schedule());
        Selection selection = check.selection(draft.selection());
        Purpose purpose = draft.snapshot() == null ? check.backups(draft) : check.snapshots(draft, draft.snapshot());
        int keepLast = check.keepLast(draft.retention());
        Duration deadline = check.deadline(draft.deadline());
        Quiescing quiescing = Given.quiescing(draft.quiesce(), draft.mountpoints(), draft.scripts(), check.faults::add);
        if (name == null || schedule == null || selection == null || purpose == null || !check.faults.isEmpty()) {
            throw new Refusal.Invalid(check.faults);
        }
        boolean isEnabled = draft.enabled() == null || draft.enabled();
        return new Checked(
                name, new Policy.Terms(schedule, selection, purpose, quiescing, keepLast, deadline, isEnabled));
    }

    private @Nullable Purpose backups(PolicyDraft draft) {
        RepositoryId repository = repository(draft.repository());
        TrackerId tracker = tracker(draft.tracker());
        BackupLevel level = level(draft.level());
        return repository == null ? null : new Backups(repository, tracker, level);
    }

    private Purpose snapshots(PolicyDraft draft, PolicyDraft.Snapshots snapshot) {
        withoutBackups("repository", draft.repository());
        withoutBackups("tracker", draft.tracker());
        withoutBackups("level", draft.level());
        withoutBackups("mountpoints", draft.mountpoints());
        withoutBackups("scripts", draft.scripts());
        SnapshotKind kind = word("snapshot.kind", snapshot.kind(), SnapshotKind.values(), SnapshotKind::code);
        SnapshotMechanism mechanism =
                word("snapshot.mechanism", snapshot.mechanism(), SnapshotMechanism.values(), SnapshotMechanism::code);
        if (kind != null && mechanism != null && mechanism.kind() != kind) {
            fault("snapshot.mechanism", "one that gives " + kind.code(), mechanism.code());
        }
        return new Snapshots(kind, mechanism, snapshot.memory() != null && snapshot.memory());
    }

    private void withoutBackups(String field, @Nullable Object given) {
        if (given != null) {
            fault(field, "none in a policy that takes snapshots", given.toString());
        }
    }

    private <T> @Nullable T word(String field, @Nullable String text, T[] words, Function<T, String> code) {
        try {
            return Given.optional(field, text, given -> Given.word(given, words, code));
        } catch (Refusal.Invalid unknown) {
            faults.addAll(unknown.faults());
            return null;
        }
    }

    private @Nullable String name(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            fault("name", "1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or digit", name);
            return null;
        }
        return name;
    }

    private @Nullable Schedule schedule(PolicyDraft.@Nullable Times times) {
        if (times == null || (times.cron() == null) == (times.interval() == null)) {
            fault(
                    "schedule",
                    "either cron or interval",
                    times == null ? null : "cron " + times.cron() + " and interval " + times.interval());
            return null;
        }
        return times.interval() != null ? interval(times.interval()) : cron(String.valueOf(times.cron()), times.zone());
    }

    private @Nullable Schedule interval(String text) {
        try {
            Duration interval = Duration.parse(text);
            if (interval.compareTo(LONGEST_INTERVAL) <= 0) {
                return new Schedule.Interval(interval);
            }
            fault("schedule.interval", "at most " + LONGEST_INTERVAL, text);
            return null;
        } catch (DateTimeException | IllegalArgumentException e) {
            fault("schedule.interval", "an ISO 8601 duration of at least PT1S, such as PT10S", text);
            return null;
        }
    }

    private @Nullable Schedule cron(String expression, @Nullable String zoneName) {
        ZoneId zone = zone(zoneName == null ? "UTC" : zoneName);
        Schedule.Cron cron = new Schedule.Cron(expression, zone == null ? ZoneId.of("UTC") : zone);
        try {
            timetable.check(cron);
            return zone == null ? null : cron;
        } catch (IllegalArgumentException e) {
            fault(
                    "schedule.cron",
                    "five fields: minute hour day-of-month month day-of-week (" + e.getMessage() + ")",
                    expression);
            return null;
        }
    }

    private @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            fault("schedule.zone", "a time zone of the IANA database, such as Europe/Berlin", name);
            return null;
        }
    }

    private @Nullable Selection selection(PolicyDraft.@Nullable Vms vms) {
        if (vms == null || (vms.pattern() == null) == (vms.vms() == null)) {
            fault(
                    "selection",
                    "either a pattern or a list of vms",
                    vms == null ? null : "pattern " + vms.pattern() + " and vms " + vms.vms());
            return null;
        }
        if (vms.vms() != null) {
            return listed(vms.vms());
        }
        String pattern = String.valueOf(vms.pattern());
        if (pattern.isBlank()) {
            fault("selection.pattern", "a name pattern such as web-*", pattern);
            return null;
        }
        return new Selection.NamePattern(pattern);
    }

    private @Nullable Selection listed(List<String> idsOrNames) {
        if (idsOrNames.isEmpty()) {
            fault("selection.vms", "at least one VM's id or name", "an empty list");
            return null;
        }
        if (idsOrNames.stream().anyMatch(vm -> vm == null || vm.isBlank())) {
            fault("selection.vms", "each to be a VM's id or name", idsOrNames.toString());
            return null;
        }
        return new Selection.Listed(Set.copyOf(idsOrNames));
    }

    private @Nullable RepositoryId repository(@Nullable String id) {
        try {
            RepositoryId repository = id == null ? null : new RepositoryId(id);
            if (repository != null && isKnown.test(repository)) {
                return repository;
            }
        } catch (IllegalArgumentException e) {
            fault("repository", "a registered repository's id", id);
            return null;
        }
        fault("repository", "a registered repository's id", id);
        return null;
    }

    private TrackerId tracker(@Nullable String name) {
        try {
            return name == null ? TrackerId.DEFAULT : new TrackerId(name);
        } catch (IllegalArgumentException e) {
            fault("tracker", "1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or digit", name);
            return TrackerId.DEFAULT;
        }
    }

    private BackupLevel level(@Nullable String code) {
        try {
            return code == null ? BackupLevel.INCREMENTAL : BackupLevel.of(code);
        } catch (IllegalArgumentException e) {
            fault("level", "full, incremental, differential or copy", code);
            return BackupLevel.INCREMENTAL;
        }
    }

    private int keepLast(PolicyDraft.@Nullable Keep keep) {
        Integer keepLast = keep == null ? null : keep.keepLast();
        if (keepLast == null || keepLast < 1) {
            fault("retention.keepLast", "a number from 1", keepLast == null ? null : keepLast.toString());
            return 1;
        }
        return keepLast;
    }

    private Duration deadline(@Nullable String text) {
        try {
            Duration deadline = text == null ? DEFAULT_DEADLINE : Duration.parse(text);
            if (deadline.isPositive() && deadline.compareTo(LONGEST_DEADLINE) <= 0) {
                return deadline;
            }
        } catch (DateTimeException e) {
            fault("deadline", "an ISO 8601 duration above zero and up to P7D", text);
            return DEFAULT_DEADLINE;
        }
        fault("deadline", "an ISO 8601 duration above zero and up to P7D", text);
        return DEFAULT_DEADLINE;
    }

    private void fault(String field, String expected, @Nullable String found) {
        faults.add(new Fault(field, expected, found == null ? NONE : "\"" + found + "\""));
    }
}
