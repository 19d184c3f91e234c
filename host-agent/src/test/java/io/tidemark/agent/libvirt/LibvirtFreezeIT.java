package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.GuestFreezeContract;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.TinyGuest;
import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A real guest with QEMU's own agent keeps the contract of freezes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibvirtFreezeIT implements GuestFreezeContract {
    private PrivateLibvirtd daemon;
    private TinyGuest guest;
    private LibvirtHypervisor hypervisor;

    @BeforeAll
    void start() throws IOException {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        Path home = Files.createTempDirectory("tm-freeze");
        GuestFiles files = GuestFiles.prepare(
                GuestFiles.defaultCache(System.getenv("TIDEMARK_HOME"), Path.of(System.getProperty("user.home"))));
        daemon = PrivateLibvirtd.start(home.resolve("l"));
        var spec = TinyGuest.Spec.of("frozen", home.resolve("g")).with(TinyGuest.Mode.IDLE);
        guest = TinyGuest.start(daemon, files, spec);
        guest.awaitAgent();
        hypervisor = new LibvirtHypervisor(daemon.uri(), 4, Duration.ofSeconds(60));
    }

    @AfterAll
    void stop() throws IOException {
        if (hypervisor != null) {
            hypervisor.close();
        }
        if (guest != null) {
            guest.close();
        }
        if (daemon != null) {
            daemon.close();
        }
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public DomainUuid guest() {
        return new DomainUuid(guest.uuid());
    }

    /// The guest's own scripts: its agent runs them before the freeze, though it then freezes nothing, and after
    /// the thaw that follows.
    @Test
    void theGuestsOwnHookIsRunAroundAFreezeThatFreezesNothingToo() throws IOException {
        long freezes = guest.freezes();
        long thaws = guest.thaws();

        assertThat(hypervisor.freeze(guest(), List.of(ABSENT))).isEqualTo(new DomainFreeze.Frozen(0));
        assertThat(guest.freezes()).isEqualTo(freezes + 1);
        assertThat(guest.thaws()).isEqualTo(thaws);

        hypervisor.thaw(guest());
        assertThat(guest.thaws()).isEqualTo(thaws + 1);
    }
}
