package io.tidemark.agent.backup;

import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;

/// The fake keeps the contract, so that what is tested over it holds over libvirt too.
class ScriptedHypervisorTest implements HypervisorContract {
    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain domain = new ScriptedDomain(DOMAIN, NAME);

    private final Semaphore changes = new Semaphore(0);

    @BeforeEach
    void addDomain() {
        hypervisor.onChange(changes::release);
        domain.addDisk("vda", "qcow2", 3 << 20);
        domain.addDisk("vdb", "raw", 1 << 20);
        domain.state = VmState.PAUSED;
        domain.mounted = List.of();
        hypervisor.add(domain);
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public Semaphore changes() {
        return changes;
    }

    @Override
    public Path folder() {
        return Path.of("scratch");
    }

    @Override
    public void guestWrites() {
        domain.write("vda", 0, 4096, 1);
    }

    @Override
    public void turnOff() {
        domain.turnOff();
        hypervisor.tellChange();
    }

    @Override
    public void beginForeignBackup() {
        domain.job = new DomainJob.Foreign("backup");
    }

    @Override
    public void removeBitmap(String checkpoint) {
        domain.breakBitmap(checkpoint, "vda", BitmapState.MISSING);
    }
}
