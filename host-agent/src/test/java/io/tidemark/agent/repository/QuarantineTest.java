package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.VerificationReport.Finding;
import io.tidemark.agent.repository.VerifiedPoints.Access;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A damaged pack is taken over by nobody any more, and a repository heals by its next backups.
class QuarantineTest {
    private static final long NEXT = 20;

    @TempDir
    private Path folder;

    private static List<Finding> findings(VerifiedPoints points) {
        return Verification.of(points.opened()).run((_, _) -> {}).findings();
    }

    private static void quarantine(VerifiedPoints points) {
        for (Finding finding : findings(points)) {
            PackId pack = Objects.requireNonNull(finding.pack());
            assertThat(Quarantine.of(points.opened())
                            .add(pack, "a test", finding.what().getFirst()))
                    .isTrue();
        }
    }

    /// The newest point of the first VM.
    private static StressPoint parent(VerifiedPoints points) {
        return points.all().get(points.all().size() - 2);
    }

    private static boolean isKeepable(VerifiedPoints points, StressPoint point) {
        return !points.opened()
                .parent(point.key)
                .orElseThrow()
                .receipt()
                .disks()
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void afterTheNextBackupsPrunesAndACollectionNothingIsDamaged(Access access) {
        VerifiedPoints points = new VerifiedPoints(access, folder);
        StressPoint parent = parent(points);
        for (String pack : points.packs(parent)) {
            points.flip(pack, 12, 4);
        }
        List<StressPoint> old = new ArrayList<>(points.all());
        quarantine(points);
        assertThat(isKeepable(points, parent)).isFalse();

        StressPoint next = points.write(parent.key.vm(), NEXT, parent, Level.FULL);

        assertThat(points.unreadable()).doesNotContain(next).isNotEmpty();
        assertThat(isKeepable(points, next)).isTrue();
        StressPoint increment = points.write(parent.key.vm(), NEXT + 1, next, Level.INCREMENTAL);
        old.stream()
                .filter(point -> point.key.vm().equals(parent.key.vm()))
                .forEach(point -> points.opened().remove(point.key));
        assertThat(points.opened().collect()).isPositive();
        assertThat(findings(points)).isEmpty();
        assertThat(points.unreadable()).doesNotContain(increment);
        assertThat(Quarantine.of(points.opened()).packs()).isEmpty();
    }

    /// Each pack of the parent by itself, of chunks or of nodes.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aFullUploadsAgainWhatLiesThere(int number) {
        VerifiedPoints points = new VerifiedPoints(Access.CLEAR, folder);
        StressPoint parent = parent(points);
        List<String> packs = List.copyOf(points.packs(parent));
        String damaged = packs.get(number % packs.size());
        points.flip(damaged, 12, 4);
        quarantine(points);

        StressPoint next = points.write(parent.key.vm(), NEXT, parent, Level.FULL);

        assertThat(points.packs(next)).doesNotContain(damaged);
        assertThat(points.unreadable()).doesNotContain(next);
    }

    @Test
    void whatLiesElsewhereIsTakenOver() {
        VerifiedPoints points = new VerifiedPoints(Access.CLEAR, folder);
        StressPoint parent = parent(points);
        Set<String> before = points.packs(Objects.requireNonNull(parent.parent));
        String newest = points.packs(parent).stream()
                .filter(name -> name.endsWith("-0") && !before.contains(name))
                .findFirst()
                .orElseThrow();
        assertThat(Quarantine.of(points.opened()).add(PackId.of(points.id(newest)), "a test", "nothing"))
                .isTrue();

        StressPoint next = points.write(parent.key.vm(), NEXT, parent, Level.FULL);

        assertThat(points.packs(next)).doesNotContain(newest).anyMatch(before::contains);
    }

    @Test
    void nothingIsKeptOfADiskThatReachesOne() {
        VerifiedPoints points = new VerifiedPoints(Access.CLEAR, folder);
        StressPoint parent = parent(points);
        StressPoint other = points.all().getLast();
        PackId pack = PackId.of(points.id(points.packs(parent).iterator().next()));
        assertThat(Quarantine.of(points.opened()).add(pack, "somebody", "two\nlines"))
                .isTrue();

        assertThatThrownBy(() -> points.write(parent.key.vm(), NEXT, parent, Level.INCREMENTAL))
                .isInstanceOf(ParentMissing.class)
                .hasMessageContaining("found something");
        assertThat(isKeepable(points, other)).as("another VM's").isTrue();
        assertThat(points.unreadable()).as("a reader tries").isEmpty();
    }

    @Test
    void theFirstMarkerStays() {
        VerifiedPoints points = new VerifiedPoints(Access.CLEAR, folder);
        PackId pack = PackId.of(points.id(points.packs().getFirst()));
        Quarantine quarantine = Quarantine.of(points.opened());

        assertThat(quarantine.add(pack, "somebody", "two\nlines")).isTrue();
        assertThat(quarantine.add(pack, "another", "nothing")).isFalse();

        assertThat(quarantine.packs()).containsExactly(pack);
        assertThat(quarantine.text(pack)).hasValue("""
                tidemark-quarantine 1
                pack %s
                at 2026-01-02T03:04:05Z
                by somebody
                found two lines
                """.formatted(pack));
    }
}
