package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Volumes by the names that real storage pools give them.
@SuppressWarnings("NullAway.Init") // filled before all tests
class LibvirtPoolsIT {
    @TempDir
    static Path folder;

    private static PrivateLibvirtd daemon;
    private static LibvirtPools pools;

    @BeforeAll
    static void start() throws IOException {
        daemon = PrivateLibvirtd.start(Files.createTempDirectory("tm-pool"));
        pools = new LibvirtPools(daemon.uri(), 2, Duration.ofSeconds(60));
        daemon.virsh("pool-define-as", "images", "dir", "--target", folder.toString());
        daemon.virsh("pool-start", "images");
        daemon.virsh("pool-define-as", "asleep", "dir", "--target", folder.toString() + "/asleep");
    }

    @AfterAll
    static void end() {
        pools.close();
        daemon.close();
    }

    @Test
    void volumeIsFoundByPoolAndName() throws IOException {
        daemon.virsh("vol-create-as", "images", "spare.qcow2", "16M", "--format", "qcow2");

        assertThat(pools.path("images", "spare.qcow2")).isEqualTo(folder.resolve("spare.qcow2"));
    }

    @Test
    void volumeThatWasPutThereBesideLibvirtIsFound() throws IOException {
        Path beside = Files.createFile(folder.resolve("beside.raw"));

        assertThat(pools.path("images", "beside.raw")).isEqualTo(beside);
    }

    @Test
    void whatThereIsNotIsNamed() {
        assertThatThrownBy(() -> pools.path("images", "none"))
                .isInstanceOfSatisfying(
                        SnapshotException.class, e -> assertThat(e.reason()).isEqualTo(FailureReason.NO_SUCH_VOLUME))
                .hasMessage("volume images/none: expected POOL/VOLUME of libvirt on this host, found no volume of that"
                        + " name in the pool");
        assertThatThrownBy(() -> pools.path("none", "spare.qcow2"))
                .isInstanceOf(SnapshotException.class)
                .hasMessageEndingWith("found no pool of that name");
        assertThatThrownBy(() -> pools.path("asleep", "spare.qcow2"))
                .isInstanceOf(SnapshotException.class)
                .hasMessageEndingWith("found that the pool is not active");
    }
}
