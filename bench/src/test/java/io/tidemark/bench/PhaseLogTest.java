package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PhaseLogTest {
    private static final String LINE =
            "INFO backup attempt 1.7 ended: plan=12ms take=190ms total=230ms vmId=v taskId=t restorePointId=p1";

    @Test
    void phasesOfThePointAreRead() {
        Map<String, Long> phases = PhaseLog.of(List.of("INFO other plan=9ms p1", LINE), "p1");

        assertThat(phases).isEqualTo(Map.of("plan", 12L, "take", 190L, "total", 230L));
        assertThat(phases.keySet()).containsExactly("plan", "take", "total");
    }

    @Test
    void timeUntilTheCommitLeavesOutWhatFollows() {
        Map<String, Long> phases = PhaseLog.of(List.of("backup attempt 1 ended: plan=1ms commit=2ms end=4ms p1"), "p1");

        assertThat(PhaseLog.untilCommit(phases)).hasValue(3);
    }

    @Test
    void anotherPointSaysNothing() {
        assertThat(PhaseLog.of(List.of(LINE), "p2")).isEmpty();
    }
}
