package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.system.LivePoints.Backup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Backups in quick succession of a guest that writes each record to `vda` and then to `vdb`: every point is one
/// instant of both disks, whether the guest was frozen for it or caught between the two writes, and the ext4 of a
/// frozen point needs no recovery. `./tidemark soak` asks for 200.
@ExtendWith(SharedStack.class)
class LiveConsistencyST {
    private static final int BACKUPS = Integer.getInteger("tidemark.soak.backups", 20);
    /// One during which the guest completed no record does not count, and another makes up for it.
    private static final int BACKUPS_MAX = 2 * BACKUPS;

    private static final int FULL_EACH = 7;
    private static final int FROZEN_EACH = 3;

    private record Taken(Backup backup, boolean isFrozen) {}

    @Test
    void everyPointOfAWritingGuestIsOneInstantOfBothDisks(Stack stack) throws Exception {
        LivePoints points = new LivePoints(stack.guest.checker());
        List<Taken> all = new ArrayList<>();
        long backupNanos = 0;
        long beganNanos = System.nanoTime();
        while (points.live() < BACKUPS && all.size() < BACKUPS_MAX) {
            long roundNanos = System.nanoTime();
            List<Taken> round = backUp(stack, all.size(), BACKUPS - points.live());
            backupNanos += System.nanoTime() - roundNanos;
            all.addAll(round);
            prove(stack, round, points);
        }
        System.out.printf(
                "live: %d of %d backups, fulls %d, frozen %d, flaws %d, backups %d s, all %d s%n",
                points.live(),
                all.size(),
                all.size() / FULL_EACH,
                all.stream().filter(Taken::isFrozen).count(),
                points.flaws().size(),
                backupNanos / 1_000_000_000,
                (System.nanoTime() - beganNanos) / 1_000_000_000);
        assertThat(points.flaws()).isEmpty();
        assertThat(points.live()).isEqualTo(BACKUPS);
        stack.assertNothingIsLeft();
    }

    private static List<Taken> backUp(Stack stack, int first, int count) throws Exception {
        List<Taken> taken = new ArrayList<>();
        for (int number = first + 1; number <= first + count; number++) {
            boolean isFrozen = number % FROZEN_EACH == 0;
            long before = stack.guest.lastRecord();
            JsonNode ended = stack.tidemark.awaitTask(stack.beginBackUp(isFrozen, number % FULL_EACH == 0));
            long after = stack.guest.lastRecord();
            assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
            String point = ended.path("point").asText();
            taken.add(new Taken(new Backup(point, before, after, stack.guest.newestPossibleRecord()), isFrozen));
        }
        return taken;
    }

    private static void prove(Stack stack, List<Taken> round, LivePoints points) throws Exception {
        for (Taken taken : round) {
            try (RestoredDisks disks = stack.restore(taken.backup().point())) {
                points.judge(taken.backup(), disks);
                String flaw = FileSystems.flaw(disks.vda());
                if (taken.isFrozen()) {
                    assertThat(flaw).isEmpty();
                } else {
                    // what shows that e2fsck would tell
                    assertThat(flaw).contains("recovery");
                }
            }
        }
    }

    /// Jobs of one disk each would make such a pair.
    @Test
    void disksOfTwoPointsDoNotPassForOne(Stack stack) throws Exception {
        String older = stack.backUp();
        stack.guest.awaitRecord(stack.guest.newestPossibleRecord() + 1);
        String newer = stack.backUp();

        try (RestoredDisks one = stack.restore(older);
                RestoredDisks other = stack.restore(newer)) {
            LivePoints points = new LivePoints(stack.guest.checker());
            assertThat(points.takes(one, other)).as("vdb is newer").isFalse();
            assertThat(points.takes(other, one)).as("vdb is older").isFalse();
            assertThat(points.takes(other, other)).as("one point").isTrue();
        }
    }
}
