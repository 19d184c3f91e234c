package io.tidemark.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.bench.guest.Injected.Answered;
import io.tidemark.bench.guest.Injected.Jobs;
import io.tidemark.bench.guest.Injected.Write;
import io.tidemark.bench.write.WriteLog.Logged;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectedTest {
    private static Injected during(Answered... answered) {
        List<Logged> logged = List.of(answered).stream()
                .map(each -> new Logged(each.offset(), 1))
                .toList();
        return Injected.during(List.of(answered), logged, new Jobs(1, 0));
    }

    @Test
    void writesBesideAJobDoNotCount() {
        Injected injected = during(new Answered(0, 2, 0), new Answered(4096, 3, 1), new Answered(8192, 4, 0));

        assertThat(injected.counted()).containsExactly(new Write(1, 3, true));
    }

    @Test
    void theSecondWriteToAGranuleMeetsACopy() {
        Injected injected = during(new Answered(0, 1, 1), new Answered(61_440, 1, 1), new Answered(65_536, 1, 1));

        assertThat(injected.counted()).extracting(Write::isFresh).containsExactly(true, false, true);
        assertThat(injected.fresh()).isEqualTo(2);
    }

    @Test
    void anotherJobHasCopiedNothingYet() {
        Injected injected = during(new Answered(0, 1, 1), new Answered(0, 1, 2));

        assertThat(injected.fresh()).isEqualTo(2);
    }

    @Test
    void aWriteBesideAJobLeavesItsGranuleFresh() {
        Injected injected = during(new Answered(0, 1, 0), new Answered(0, 1, 1));

        assertThat(injected.counted()).containsExactly(new Write(1, 1, true));
    }

    @Test
    void withoutABackupAllCountAndNoneIsFresh() {
        Injected injected = Injected.alone(List.of(new Answered(0, 2, 0)), List.of(new Logged(0, 1)), new Jobs(0, 0));

        assertThat(injected.counted()).containsExactly(new Write(1, 2, false));
    }
}
