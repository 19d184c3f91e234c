package io.tidemark.bench.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.Folders;
import io.tidemark.demo.PrivateLibvirtd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One round with small disks and few writes, all of it real: that what is measured is what it is called, not what
/// it comes to.
class SnapshotRoundsIT {
    private static final int GRANULES = 32;
    private static final long FILE_SYSTEM_BYTES = 512L << 20;

    private static final List<String> said = new ArrayList<>();
    private static Path home;
    private static List<List<String>> mechanisms;
    private static SnapshotRound round;

    @BeforeAll
    static void measure() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        home = Files.createTempDirectory("tmbs"); // short, as sockets lie in it
        long bytes = (long) GRANULES * SnapshotRounds.GRANULE_BYTES;
        var plan = new SnapshotSite.Plan(
                home,
                home.resolve("l"),
                Path.of("..").toAbsolutePath().normalize(),
                home.resolve("cache"),
                new DataSet(1, bytes, bytes),
                FILE_SYSTEM_BYTES);
        try (SnapshotSite site = SnapshotSite.start(plan, said::add)) {
            mechanisms = SnapshotRounds.possible(site);
            round = new SnapshotRounds(site, Cases.of(site, said::add), mechanisms, GRANULES, 1).measure(1);
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        if (home != null) {
            Folders.delete(home);
        }
    }

    private static Timing timing(String name) {
        return Objects.requireNonNull(round.timings().get(name), name);
    }

    @Test
    void everyMechanismThatADiskCanHaveIsHeldWhileItIsWrittenTo() {
        List<Set<String>> held = round.writes().values().stream()
                .map(writes -> writes.held().keySet())
                .toList();

        assertThat(held).isEqualTo(mechanisms.stream().map(Set::copyOf).toList());
        assertThat(held.getFirst()).contains("qcow2-overlay", "qcow2-internal");
    }

    @Test
    void whatADiskCannotHaveIsLeftOutWithAReason() {
        assertThat(said).anyMatch(line -> line.startsWith("left out: full-copy-of-qcow2: expected the VM off"));
    }

    @Test
    void theAgentsPartIsWithinTheWhole() {
        assertThat(round.timings().values())
                .allSatisfy(timing -> assertThat(timing.taken().agentMillis())
                        .isBetween(0.0, timing.taken().toldMillis()));
    }

    @Test
    void aSnapshotOfOneDiskInQcow2HoldsNobodyAndTheWholeVmIsHeld() {
        assertThat(timing("qcow2-overlay-of-qcow2").taken().pauseMillis()).isZero();
        assertThat(timing("qcow2-overlay-of-qcow2").taken().freezeMillis()).isZero();
        assumeThat(round.timings()).containsKey(Cases.WHOLE_VM);
        Snapshots.Taken whole = timing(Cases.WHOLE_VM).taken();
        assertThat(List.of(whole.pauseMillis(), whole.freezeMillis(), whole.skewMillis()))
                .allMatch(millis -> millis > 0);
        assertThat(whole.pauseMillis()).isLessThanOrEqualTo(whole.freezeMillis());
    }

    @Test
    void figuresComeOfIt() {
        SnapshotReport report = new SnapshotReport(List.of(round), Map.of());

        assertThat(report.figures())
                .extracting(figure -> figure.name())
                .contains("take-full-copy", "drop-" + Cases.WITH_MEMORY, "take-qcow2-overlay-of-qcow2-agent");
        assertThat(report.verdict(GRANULES)).startsWith("no verdict: ");
    }

    @Test
    void nothingStaysMounted() throws Exception {
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).noneMatch(line -> line.contains(home.toString()));
    }
}
