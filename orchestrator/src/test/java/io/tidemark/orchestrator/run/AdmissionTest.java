package io.tidemark.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.run.AdmissionDecision.Admitted;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForHost;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForRepository;
import io.tidemark.orchestrator.run.AdmissionDecision.WaitsForVm;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private static final AdmissionLimits LIMITS = new AdmissionLimits(2, 3);

    @Test
    void aTaskStartsWhereNothingRuns() {
        assertThat(Admission.decide(LIMITS, List.of(), List.of(request(1, 1, 1, "r"))))
                .containsExactly(new Admitted(task(1)));
    }

    @Test
    void theSecondOfTwoTasksOnOneVmWaitsForTheFirst() {
        var decisions = Admission.decide(LIMITS, List.of(), List.of(request(1, 7, 1, "r"), request(2, 7, 1, "s")));

        assertThat(decisions).containsExactly(new Admitted(task(1)), new WaitsForVm(task(2), vm(7), task(1)));
    }

    @Test
    void aFullHostMakesItsTasksWaitAndNoOthers() {
        var running = List.of(request(1, 1, 1, "r"), request(2, 2, 1, "r"));

        var decisions = Admission.decide(LIMITS, running, List.of(request(3, 3, 1, "s"), request(4, 4, 2, "s")));

        assertThat(decisions).containsExactly(new WaitsForHost(task(3), host(1), 2), new Admitted(task(4)));
    }

    @Test
    void aFullRepositoryIsNamed() {
        var running = List.of(request(1, 1, 1, "r"), request(2, 2, 2, "r"), request(3, 3, 3, "r"));

        var decisions = Admission.decide(LIMITS, running, List.of(request(4, 4, 4, "r")));

        assertThat(decisions).containsExactly(new WaitsForRepository(task(4), new RepositoryId("r"), 3));
    }

    @Test
    void aWaitingTaskSaysWhatItWaitsFor() {
        AdmissionDecision decision = new WaitsForRepository(task(4), new RepositoryId("nightly"), 3);

        assertThat(decision.explained()).isEqualTo("waits for a slot of repository nightly, into which 3 tasks write");
    }

    @Test
    void aLimitBelowOneIsRefused() {
        assertThatThrownBy(() -> new AdmissionLimits(0, 1)).hasMessageContaining("found 0 a host");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noLimitIsExceededAndNobodyWaitsWithoutCause(long seed) {
        List<AdmissionRequest> waiting = requests(new Random(seed), 500);

        var decisions = Admission.decide(LIMITS, List.of(), waiting);

        List<AdmissionRequest> admitted = admitted(waiting, decisions);
        assertThat(admitted).isNotEmpty();
        assertThat(counted(admitted, AdmissionRequest::host).values()).allMatch(count -> count <= 2);
        assertThat(counted(admitted, AdmissionRequest::repository).values()).allMatch(count -> count <= 3);
        assertThat(counted(admitted, AdmissionRequest::vm).values()).allMatch(count -> count == 1);
        assertThat(Admission.decide(LIMITS, admitted, waiting)).noneMatch(Admitted.class::isInstance);
    }

    private static <K> Map<K, Long> counted(
            List<AdmissionRequest> requests, java.util.function.Function<AdmissionRequest, K> key) {
        return requests.stream().collect(Collectors.groupingBy(key, Collectors.counting()));
    }

    private static List<AdmissionRequest> admitted(List<AdmissionRequest> waiting, List<AdmissionDecision> decisions) {
        List<AdmissionRequest> admitted = new ArrayList<>();
        for (int index = 0; index < waiting.size(); index++) {
            if (decisions.get(index) instanceof Admitted) {
                admitted.add(waiting.get(index));
            }
        }
        return admitted;
    }

    private static List<AdmissionRequest> requests(Random random, int count) {
        List<AdmissionRequest> requests = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            requests.add(request(index, random.nextInt(300), random.nextInt(20), "r" + random.nextInt(10)));
        }
        return requests;
    }

    private static AdmissionRequest request(int task, int vm, int host, String repository) {
        return new AdmissionRequest(task(task), vm(vm), host(host), new RepositoryId(repository));
    }

    private static TaskId task(int number) {
        return new TaskId(new UUID(1, number));
    }

    private static VmId vm(int number) {
        return new VmId(new UUID(2, number));
    }

    private static HostId host(int number) {
        return new HostId(new UUID(3, number));
    }
}
