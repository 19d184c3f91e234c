package io.tidemark.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.Folders;
import io.tidemark.demo.PrivateLibvirtd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One round with a small disk and few writes, all of it real: that what is measured is what it is called, not what
/// it comes to.
class GuestRoundsIT {
    private static final DataSet DISK = new DataSet(1, 64 << 20, 64 << 20);
    private static final int WRITES = 60;

    private static Path home;
    private static GuestRound round;

    @BeforeAll
    static void measure() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        home = Files.createTempDirectory("tmbg"); // short, as sockets lie in it
        var plan = new GuestSite.Plan(
                home, home.resolve("l"), Path.of("..").toAbsolutePath().normalize(), DISK, 1);
        try (GuestSite site = GuestSite.start(plan)) {
            GuestRounds rounds = new GuestRounds(site, DISK, WRITES);
            rounds.warmUp();
            round = rounds.measure(1);
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        if (home != null) {
            Folders.delete(home);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FULL", "INCREMENT", "PEER_FULL", "PEER_INCREMENT"})
    void qemuHasCopiedEachGranuleThatACountedWriteWasTheFirstIn(GuestState state) {
        StateRun run = round.of(state);

        // a write that a job's beginning or end fell into may have copied too, and is not counted
        assertThat(run.copiedBytes() / Injector.GRANULE_BYTES)
                .isBetween((long) run.fresh(), run.fresh() + 2L * run.jobs());
        assertThat(run.fresh()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void eachStateHasTheWritesThatItNeeds(GuestState state) {
        assertThat(round.of(state).writes()).isGreaterThanOrEqualTo(WRITES);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteOfQemusClockIsPartOfItsRoundTrip(GuestState state) {
        assertThat(round.of(state).injections())
                .flatExtracting(Injected::counted)
                .allSatisfy(write -> assertThat(write.millis()).isBetween(0.0, write.roundTripMillis()));
    }

    @ParameterizedTest
    @EnumSource(names = {"BASELINE_BEFORE", "BASELINE_AFTER"})
    void withoutABackupNothingIsCopied(GuestState state) {
        StateRun run = round.of(state);

        assertThat(List.of(run.jobs(), run.fresh())).containsExactly(0, 0);
        assertThat(run.copiedBytes()).isZero();
    }

    @Test
    void baselinesAreFirstAndLast() {
        List<GuestState> order = List.copyOf(round.states().keySet());

        assertThat(List.of(order.getFirst(), order.getLast()))
                .containsExactly(GuestState.BASELINE_BEFORE, GuestState.BASELINE_AFTER);
    }

    @Test
    void oneRoundGivesNoVerdict() {
        GuestReport report = new GuestReport(List.of(round), Map.of());

        assertThat(report.verdict()).isEqualTo("no verdict: " + (round.isVoid() ? 0 : 1) + " of 5 valid rounds");
        assertThat(report.json("guest")).startsWith("{\"bench\":\"guest\",\"verdict\":\"no verdict: ");
    }
}
