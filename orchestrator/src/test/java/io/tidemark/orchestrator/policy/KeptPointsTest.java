package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.policy.KeptPoints.Line;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KeptPointsTest {
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final RepositoryId OTHER = new RepositoryId("other");
    private static final TrackerId AUDIT = new TrackerId("audit");
    private static final Vm WEB =
            new Vm(new VmId(new UUID(0, 1)), new DomainUuid(new UUID(0, 1)), "web-1", null, VmState.RUNNING, true, 1);

    private static PolicyStatus policy(RepositoryId repository, TrackerId tracker, int keepLast, boolean isEnabled) {
        Policy.Terms terms = new Policy.Terms(
                new Schedule.Interval(Duration.ofHours(1)),
                new Selection.NamePattern("web-*"),
                new Policy.Backups(repository, tracker, BackupLevel.INCREMENTAL),
                Quiescing.ALL,
                keepLast,
                Duration.ofHours(4),
                isEnabled);
        PolicyId id = new PolicyId(new UUID(keepLast, 1));
        return new PolicyStatus(new Policy(id, "keeps-" + keepLast, terms), null, null, null, null);
    }

    @Test
    void eachTrackerInEachRepositoryHasThePolicyThatKeepsMostOfThoseInForce() {
        KeptPoints kept = new KeptPoints(List.of(
                policy(MAIN, TrackerId.DEFAULT, 3, true),
                policy(MAIN, TrackerId.DEFAULT, 7, true),
                policy(MAIN, TrackerId.DEFAULT, 9, false),
                policy(MAIN, AUDIT, 2, true),
                policy(OTHER, AUDIT, 5, true)));

        Map<Line, String> names = kept.of(WEB).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, policy -> policy.getValue().name()));
        assertThat(names)
                .isEqualTo(Map.of(
                        new Line(MAIN, TrackerId.DEFAULT), "keeps-7",
                        new Line(MAIN, AUDIT), "keeps-2",
                        new Line(OTHER, AUDIT), "keeps-5"));
    }
}
