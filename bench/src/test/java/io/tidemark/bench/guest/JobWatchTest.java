package io.tidemark.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobWatchTest {
    private static final String BACKUP = "backup-vda-libvirt-1-format";

    private final JobWatch watch = new JobWatch();

    private void status(String job, String... statuses) throws Exception {
        for (String status : statuses) {
            see("JOB_STATUS_CHANGE", "\"id\":\"" + job + "\",\"status\":\"" + status + "\"");
        }
    }

    private void see(String event, String data) throws Exception {
        watch.see(new ObjectMapper().readTree("{\"event\":\"" + event + "\",\"data\":{" + data + "}}"));
    }

    @Test
    void aJobThatIsOnlyMadeDoesNotRun() throws Exception {
        status(BACKUP, "created");

        assertThat(List.of(watch.running(), watch.begun())).containsExactly(0, 0);
    }

    @Test
    void aJobRunsUntilItIsAborted() throws Exception {
        status(BACKUP, "created", "running");
        assertThat(watch.running()).isEqualTo(1);

        status(BACKUP, "aborting");

        assertThat(watch.running()).isZero();
    }

    @Test
    void aJobThatPausesAndGoesOnIsOneJob() throws Exception {
        status(BACKUP, "running", "paused");
        assertThat(watch.running()).isEqualTo(1);

        status(BACKUP, "running");

        assertThat(watch.running()).isEqualTo(1);
    }

    @Test
    void jobsAreNumberedAsTheyBegin() throws Exception {
        status(BACKUP, "running", "aborting", "concluded", "null", "created", "running");

        assertThat(List.of(watch.running(), watch.begun())).containsExactly(2, 2);
    }

    @Test
    void jobsOfAnotherKindAreNoBackups() throws Exception {
        status("commit-vda-libvirt-1-format", "running");
        see("BLOCK_JOB_COMPLETED", "\"device\":\"commit-vda-libvirt-1-format\",\"offset\":65536");

        assertThat(List.of(watch.running(), watch.begun())).containsExactly(0, 0);
        assertThat(watch.copiedBytes()).isZero();
    }

    @Test
    void whatEachJobCopiedIsAddedUp() throws Exception {
        see("BLOCK_JOB_CANCELLED", "\"device\":\"" + BACKUP + "\",\"offset\":65536");
        see("BLOCK_JOB_CANCELLED", "\"device\":\"" + BACKUP + "\",\"offset\":131072");

        assertThat(watch.copiedBytes()).isEqualTo(3 * 65536);
    }
}
