package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.policy.PolicyDraft.Keep;
import io.tidemark.orchestrator.policy.PolicyDraft.Times;
import io.tidemark.orchestrator.policy.PolicyDraft.Vms;
import io.tidemark.orchestrator.policy.schedule.CronTimetable;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyCheckTest {
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final Times NIGHTLY = new Times("0 2 * * *", "Europe/Berlin", null);
    private static final Vms WEB = new Vms("web-*", null);

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                Arguments.of(
                        draft(new Times("61 * * * *", null, null), WEB, "main", 3),
                        "schedule.cron: expected five fields: minute hour day-of-month month day-of-week (Failed to "
                                + "parse cron expression. Value 61 not in range [0, 59]), found \"61 * * * *\""),
                Arguments.of(
                        draft(new Times("0 2 * * *", "Europe/Atlantis", null), WEB, "main", 3),
                        "schedule.zone: expected a time zone of the IANA database, such as Europe/Berlin, found "
                                + "\"Europe/Atlantis\""),
                Arguments.of(
                        draft(new Times(null, null, "PT0.5S"), WEB, "main", 3),
                        "schedule.interval: expected an ISO 8601 duration of at least PT1S, such as PT10S, found "
                                + "\"PT0.5S\""),
                Arguments.of(draft(null, WEB, "main", 3), "schedule: expected either cron or interval, found none"),
                Arguments.of(
                        draft(NIGHTLY, new Vms(null, List.of()), "main", 3),
                        "selection.vms: expected at least one VM's id or name, found \"an empty list\""),
                Arguments.of(
                        draft(NIGHTLY, new Vms(" ", null), "main", 3),
                        "selection.pattern: expected a name pattern such as web-*, found \" \""),
                Arguments.of(
                        draft(NIGHTLY, new Vms(null, null), "main", 3),
                        "selection: expected either a pattern or a list of vms, found \"pattern null and vms null\""),
                Arguments.of(
                        draft(NIGHTLY, WEB, "elsewhere", 3),
                        "repository: expected a registered repository's id, found \"elsewhere\""),
                Arguments.of(
                        draft(NIGHTLY, WEB, "main", 0), "retention.keepLast: expected a number from 1, found \"0\""));
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    void brokenRuleIsToldWithFieldExpectedAndFound(PolicyDraft draft, String message) {
        assertThatThrownBy(() -> check(draft))
                .isInstanceOf(Refusal.Invalid.class)
                .hasMessage(message);
    }

    @Test
    void allBrokenRulesAreToldAtOnce() {
        PolicyDraft draft = draft(new Times("x", null, null), new Vms(null, List.of()), "elsewhere", 0);

        assertThatThrownBy(() -> check(draft))
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        refusal -> assertThat(refusal.faults())
                                .extracting(Refusal.Fault::field)
                                .containsExactly("schedule.cron", "selection.vms", "repository", "retention.keepLast"));
    }

    @Test
    void levelIsOneOfThoseThatThereAre() {
        PolicyDraft copies = ofAudit("audit", "copy");
        PolicyDraft wrong = ofAudit("audit", "Copy");

        assertThat(backups(copies).level()).isEqualTo(BackupLevel.COPY);
        assertThat(backups(ofAudit(null, "differential")).level()).isEqualTo(BackupLevel.DIFFERENTIAL);
        assertThatThrownBy(() -> check(wrong))
                .hasMessage("level: expected full, incremental, differential or copy, found \"Copy\"");
    }

    @Test
    void trackerIsNamedOrOurs() {
        assertThat(backups(ofAudit("audit", null)).tracker()).isEqualTo(new TrackerId("audit"));
        assertThat(backups(ofAudit(null, null)).tracker()).isEqualTo(TrackerId.DEFAULT);
        assertThatThrownBy(() -> check(ofAudit("Audit", null)))
                .hasMessage("tracker: expected 1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or digit, found"
                        + " \"Audit\"");
    }

    private static PolicyDraft ofAudit(@Nullable String tracker, @Nullable String level) {
        return new PolicyDraft(
                "copies", NIGHTLY, WEB, "main", tracker, level, null, new Keep(3), null, null, null, null, null);
    }

    @Test
    void mountpointsAndScriptsAreKept() {
        Policy.Terms terms =
                check(frozen(null, Arrays.asList("/", "/srv"), "orders-db")).terms();

        assertThat(terms.quiescing())
                .isEqualTo(new Quiescing(true, List.of("/", "/srv"), new ScriptSetId("orders-db")));
    }

    @Test
    void mountpointsAndScriptsThatBreakARuleAreTold() {
        assertThatThrownBy(() -> check(frozen(true, Arrays.asList("/", null), null)))
                .hasMessage("mountpoints[1]: expected text, found none");
        assertThatThrownBy(() -> check(frozen(true, List.of("srv"), "../x")))
                .hasMessage("scripts: expected [a-z0-9-]{1,64}, found \"../x\"; "
                        + "mountpoints[0]: expected an absolute path of the guest, as /srv, found \"srv\"");
        assertThatThrownBy(() -> check(frozen(false, null, "orders-db")))
                .hasMessage("scripts: expected none without quiesce, found \"orders-db\"");
    }

    private static PolicyDraft frozen(
            @Nullable Boolean quiesce, @Nullable List<@Nullable String> mountpoints, @Nullable String scripts) {
        return new PolicyDraft(
                "frozen",
                NIGHTLY,
                WEB,
                "main",
                null,
                null,
                quiesce,
                new Keep(3),
                null,
                null,
                mountpoints,
                scripts,
                null);
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        Policy.Terms terms = check(draft(NIGHTLY, WEB, "main", 3)).terms();

        assertThat(terms.enabled()).isTrue();
        assertThat(terms.purpose()).isEqualTo(new Policy.Backups(MAIN, TrackerId.DEFAULT, BackupLevel.INCREMENTAL));
        assertThat(terms.quiescing()).isEqualTo(Quiescing.ALL);
        assertThat(terms.deadline()).isEqualTo(Duration.ofHours(4));
    }

    @Test
    void snapshotsAreTakenWhereTheyAreAskedFor() {
        assertThat(check(ofSnapshots(new PolicyDraft.Snapshots(null, null, null), null))
                        .terms()
                        .purpose())
                .isEqualTo(new Policy.Snapshots(null, null, false));
        assertThat(check(ofSnapshots(new PolicyDraft.Snapshots("base-modified-cow", "qcow2-internal", true), null))
                        .terms()
                        .purpose())
                .isEqualTo(
                        new Policy.Snapshots(SnapshotKind.BASE_MODIFIED_COW, SnapshotMechanism.QCOW2_INTERNAL, true));
    }

    @Test
    void whatIsNoWordOfSnapshotsOrBelongsToBackupsIsTold() {
        assertThatThrownBy(() -> check(ofSnapshots(new PolicyDraft.Snapshots("cow", null, null), null)))
                .hasMessage("snapshot.kind: expected one of overlay-receives-writes, base-modified-cow,"
                        + " independent-copy, found \"cow\"");
        assertThatThrownBy(
                        () -> check(ofSnapshots(new PolicyDraft.Snapshots("independent-copy", "reflink", null), null)))
                .hasMessage("snapshot.mechanism: expected one that gives independent-copy, found \"reflink\"");
        assertThatThrownBy(() -> check(ofSnapshots(new PolicyDraft.Snapshots(null, null, null), "main")))
                .hasMessage("repository: expected none in a policy that takes snapshots, found \"main\"");
    }

    private static PolicyDraft ofSnapshots(PolicyDraft.Snapshots snapshots, @Nullable String repository) {
        return new PolicyDraft(
                "hourly", NIGHTLY, WEB, repository, null, null, null, new Keep(3), null, null, null, null, snapshots);
    }

    private static Policy.Backups backups(PolicyDraft draft) {
        return (Policy.Backups) check(draft).terms().purpose();
    }

    private static PolicyCheck.Checked check(PolicyDraft draft) {
        return PolicyCheck.check(draft, new CronTimetable(), MAIN::equals);
    }

    private static PolicyDraft draft(@Nullable Times times, Vms vms, String repository, int keepLast) {
        return new PolicyDraft(
                "nightly", times, vms, repository, null, null, null, new Keep(keepLast), null, null, null, null, null);
    }
}
