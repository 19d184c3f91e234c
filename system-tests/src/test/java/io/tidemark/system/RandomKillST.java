package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariants I1 to I6 under chance: agent, orchestrator or both die at any moment of a backup, or just after. The
/// seed is printed; `./tidemark soak` asks for many rounds.
@ExtendWith(SharedStack.class)
class RandomKillST {
    private static final int ROUNDS = Integer.getInteger("tidemark.soak.kills", 2);
    private static final long SEED = Long.getLong("tidemark.soak.seed", 20_110_705);
    private static final int DELAY_MILLIS_MAX = 2500;

    private enum Victim {
        AGENT,
        ORCHESTRATOR,
        BOTH
    }

    @Test
    void whoeverDiesWheneverNothingIsLeftAndTheNextBackupRestores(Stack stack) throws Exception {
        Random random = new Random(SEED);
        Map<String, Integer> tally = new LinkedHashMap<>();
        stack.backUp();
        for (int round = 1; round <= ROUNDS; round++) {
            Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
            int delay = random.nextInt(DELAY_MILLIS_MAX);
            String state = killed(stack, victim, delay);
            tally.merge(victim + " " + state, 1, Integer::sum);
            System.out.printf(
                    "round %d of %d, seed %d: %s after %d ms, task %s%n", round, ROUNDS, SEED, victim, delay, state);
            stack.assertNothingIsLeft();
            stack.assertNextBackupRestores();
            stack.assertNothingIsLeft();
        }
        System.out.println("tally: " + tally);
        assertThat(tally).isNotEmpty();
    }

    private static String killed(Stack stack, Victim victim, int delayMillis) throws Exception {
        String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        if (victim != Victim.ORCHESTRATOR) {
            stack.all.agent().kill();
        }
        if (victim != Victim.AGENT) {
            stack.all.orchestrator().kill();
            stack.all.startOrchestrator(Map.of());
        }
        if (victim != Victim.ORCHESTRATOR) {
            stack.all.startAgent(Map.of());
        }
        JsonNode ended = stack.tidemark.awaitTask(task);
        return ended.path("state").asText();
    }
}
