package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.VerificationReport.Finding;
import io.tidemark.agent.repository.VerificationReport.Kind;
import io.tidemark.agent.repository.VerifiedPoints.Access;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a verification finds, whom it says to be concerned, and that it finds nothing where nothing is wrong.
class VerificationTest {
    private static final int FLIPS = 1000;
    private static final int FLIPS_READ = 30;
    private static final int HEAD_BYTES = 4;
    private static final int PACK_BYTES = 20;

    @TempDir
    private Path folder;

    private VerifiedPoints points(Access access) {
        return new VerifiedPoints(access, folder);
    }

    private static VerificationReport verified(VerifiedPoints points) {
        return Verification.of(points.opened()).run((_, _) -> {});
    }

    private static Set<StressPoint> affected(VerifiedPoints points, VerificationReport report) {
        return report.findings().stream()
                .flatMap(finding -> finding.affected().stream())
                .map(each -> points.point(each.point()))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource
    void aWholeRepositoryHasNoFindingAndAllOfItIsRead(Access access) {
        VerifiedPoints points = points(access);
        AtomicLong last = new AtomicLong(-1);

        VerificationReport report = Verification.of(points.opened()).run((done, total) -> last.set(total - done));

        assertThat(report.findings()).isEmpty();
        assertThat(report.counts().points()).isEqualTo(points.all().size());
        assertThat(report.counts().packsRead())
                .isEqualTo(points.packs().size())
                .isEqualTo(report.counts().packs());
        assertThat(report.counts().bytesRead())
                .isEqualTo(points.packs().stream()
                        .mapToLong(pack -> points.content(pack).length)
                        .sum());
        assertThat(last).hasValue(0);
    }

    /// Also one that changes nothing for readers.
    @Test
    void aThousandFlippedBitsAreFoundWithoutAKey() {
        VerifiedPoints points = points(Access.LOCKED);
        Random random = new Random(11);
        List<String> packs = points.packs();
        for (int flip = 0; flip < FLIPS; flip++) {
            String pack = packs.get(random.nextInt(packs.size()));
            byte[] whole = points.content(pack);
            points.flip(pack, random.nextInt(whole.length), random.nextInt(Byte.SIZE));
            assertThat(verified(points).isClean()).as(pack).isFalse();
            points.put(pack, whole);
        }
        assertThat(verified(points).isClean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedBitNamesItsPackAndThePointsThatCannotBeRead(Access access) {
        VerifiedPoints points = points(access);
        Random random = new Random(17);
        List<String> packs = points.packs();
        for (int flip = 0; flip < FLIPS_READ; flip++) {
            String pack = packs.get(random.nextInt(packs.size()));
            byte[] whole = points.content(pack);
            int at = random.nextInt(whole.length);
            points.flip(pack, at, random.nextInt(Byte.SIZE));

            VerificationReport report = verified(points);

            assertThat(report.findings())
                    .as("byte %d of %d of %s", at, whole.length, pack)
                    .isNotEmpty()
                    .allSatisfy(
                            found -> assertThat(String.valueOf(found.pack())).isEqualTo(points.id(pack)));
            assertThat(affected(points, report)).containsAll(points.unreadable());
            points.put(pack, whole);
            assertThat(affected(points, report))
                    .allSatisfy(each -> assertThat(points.packs(each)).contains(pack));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLostPackNamesEachPointThatReachesItAndTheChunks(Access access) {
        VerifiedPoints points = points(access);
        for (String pack : points.packs()) {
            byte[] whole = points.content(pack);
            points.lose(pack);

            VerificationReport report = verified(points);

            assertThat(report.findings()).singleElement().satisfies(found -> {
                assertThat(found.kind()).isEqualTo(Kind.PACK);
                assertThat(found.what().getFirst()).contains(points.id(pack)).contains("found none");
                assertThat(found.affected())
                        .allSatisfy(each -> assertThat(each.chunks()).isEqualTo(points.unreadableChunks(each.point())));
            });
            assertThat(affected(points, report)).isEqualTo(points.unreadable()).isNotEmpty();
            points.put(pack, whole);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPackThatIsCutOffOrAnotherOneIsFound(Access access) {
        VerifiedPoints points = points(access);
        List<String> packs = points.packs();
        for (String pack : packs) {
            byte[] whole = points.content(pack);
            for (byte[] other : List.of(
                    Arrays.copyOf(whole, whole.length - 1),
                    Arrays.copyOf(whole, 50),
                    new byte[0],
                    points.content(packs.get((packs.indexOf(pack) + 1) % packs.size())))) {
                points.put(pack, other);

                VerificationReport report = verified(points);

                assertThat(report.findings()).extracting(Finding::kind).containsExactly(Kind.PACK);
                assertThat(affected(points, report)).isEqualTo(points.unreadable());
            }
            points.put(pack, whole);
        }
    }

    @Test
    void aNodeThatLeadsElsewhereWithTheRightIdsIsFound() {
        VerifiedPoints points = points(Access.CLEAR);
        points.rewriteNodes(points.firstNodes(), VerificationTest::leadingElsewhere);

        VerificationReport report = verified(points);

        assertThat(report.findings())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Kind.ENTRIES, Kind.MADE_PACKS);
        assertThat(affected(points, report)).contains(points.all().getFirst()).containsAll(points.unreadable());
    }

    private static byte[] leadingElsewhere(byte[] node) {
        byte[] other = node.clone();
        other[node.length - 1]++;
        return other;
    }

    /// With one pack more in its table, of which it makes no use.
    private static byte[] longer(byte[] node) {
        byte[] other = Arrays.copyOf(node, node.length + PACK_BYTES);
        System.arraycopy(node, HEAD_BYTES, other, HEAD_BYTES + PACK_BYTES, node.length - HEAD_BYTES);
        System.arraycopy(node, HEAD_BYTES, other, HEAD_BYTES, PACK_BYTES);
        other[1]++;
        return other;
    }

    @Test
    void aPackThatFitsAndIsNotTheOneOfTheCommitIsFound() {
        VerifiedPoints points = points(Access.CLEAR);
        points.rewriteNodes(points.firstNodes(), VerificationTest::longer);

        VerificationReport report = verified(points);

        assertThat(points.unreadable()).isEmpty();
        assertThat(report.findings()).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(Kind.MADE_PACKS);
            assertThat(found.what().getFirst()).contains("are damaged: expected");
        });
        assertThat(affected(points, report)).containsExactly(points.all().getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedOrLostRecordIsFoundAndTheOtherVmIsVerifiedAllTheSame(Access access) {
        VerifiedPoints points = points(access);
        Set<String> silent = new TreeSet<>();
        for (String record : points.names("vms/", "registry/0", "keys/host-")) {
            byte[] whole = points.content(record);
            points.flip(record, whole.length / 2, 0);
            VerificationReport flipped = verified(points);
            assertThat(flipped.findings())
                    .as(record)
                    .isNotEmpty()
                    .allSatisfy(found -> assertThat(found.kind()).isEqualTo(Kind.RECORD));
            assertThat(flipped.counts().vms()).isEqualTo(2);
            points.lose(record);
            if (verified(points).isClean()) {
                silent.add(record);
            }
            points.put(record, whole);
        }
        assertThat(silent).as("the end of a log cannot be missed").isEqualTo(points.lastRecords());
    }

    @Test
    void aLostLogIsToldByItsPacks() {
        VerifiedPoints points = points(Access.CLEAR);
        points.names("vms/" + points.all().getFirst().key.vm()).forEach(points::lose);

        assertThat(verified(points).findings())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found.what().getFirst()).contains("expected one that names"));
    }

    @Test
    void aVmOrAPointAloneIsVerifiedByItself() {
        VerifiedPoints points = points(Access.LOCKED);
        StressPoint first = points.all().getFirst();
        StressPoint other = points.all().getLast();
        points.lose(points.packs(first).iterator().next());

        Verification all = Verification.of(points.opened());

        assertThat(all.ofVm(other.key.vm()).run((_, _) -> {}).isClean()).isTrue();
        assertThat(all.ofPoint(other.key).run((_, _) -> {}).counts())
                .satisfies(counts -> assertThat(counts.points()).isEqualTo(1))
                .satisfies(counts ->
                        assertThat(counts.packs()).isEqualTo(points.packs(other).size()));
        assertThat(affected(points, all.ofPoint(first.key).run((_, _) -> {}))).isEqualTo(points.unreadable());
        PointKey none = new PointKey(first.key.vm(), TestPoints.point(99));
        assertThatThrownBy(() -> all.ofPoint(none).run((_, _) -> {})).isInstanceOf(NoSuchPoint.class);
    }

    @Test
    void aSampleReadsAnotherShareForEachSeed() {
        VerifiedPoints points = points(Access.LOCKED);
        Verification all = Verification.of(points.opened());
        Set<Long> bytes = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            VerificationReport half = all.sample(50, seed).run((_, _) -> {});
            assertThat(all.sample(50, seed).run((_, _) -> {})).isEqualTo(half);
            bytes.add(half.counts().bytesRead());
        }
        assertThat(bytes).hasSizeGreaterThan(10);
        assertThat(all.sample(0, 1).run((_, _) -> {}).counts().packsRead()).isZero();
    }

    @Test
    void whatWasFoundWholeIsNotReadAgainBeforeItsTimeUnlessSomebodyCanSeeMore() {
        VerifiedPoints points = points(Access.KEYED);
        int packs = points.packs().size();
        VerificationReport first = Verification.of(points.opened(Access.LOCKED)).run((_, _) -> {});
        assertThat(first.counts().packsRead()).isEqualTo(packs);
        points.pass(Duration.ofDays(1));
        var since = points.now().minus(Duration.ofDays(2));

        assertThat(packsRead(points, Access.LOCKED, since)).isZero();
        assertThat(packsRead(points, Access.KEYED, since)).isEqualTo(packs);
        assertThat(packsRead(points, Access.KEYED, since)).isZero();
        assertThat(packsRead(points, Access.LOCKED, since)).isZero();
        assertThat(packsRead(points, Access.LOCKED, points.now().plusSeconds(1)))
                .isEqualTo(packs);
        points.names("verified/").forEach(name -> points.flip(name, 120, 1));
        assertThat(packsRead(points, Access.LOCKED, since)).isEqualTo(packs);
    }

    private static long packsRead(VerifiedPoints points, Access access, Instant since) {
        return Verification.of(points.opened(access))
                .skippingVerifiedSince(since)
                .run((_, _) -> {})
                .counts()
                .packsRead();
    }

    @Test
    void whatIsDamagedIsNotRememberedAsWhole() {
        VerifiedPoints points = points(Access.CLEAR);
        String pack = points.packs().getFirst();
        points.flip(pack, 20, 3);
        verified(points);

        String remembered = points.names("verified/").stream()
                .map(name -> new String(points.content(name), StandardCharsets.UTF_8))
                .collect(Collectors.joining());

        assertThat(remembered)
                .doesNotContain(points.id(pack))
                .contains(points.id(points.packs().getLast()));
    }
}
