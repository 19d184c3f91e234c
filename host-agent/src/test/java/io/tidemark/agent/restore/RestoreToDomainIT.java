package io.tidemark.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.agent.repository.TestRepositories;
import io.tidemark.agent.restore.nbd.QemuNbdTargets;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A restore to a new domain of a real libvirtd, beside the original that runs on.
@Timeout(180)
@SuppressWarnings("NullAway.Init") // JUnit and the first method set the fields before each test
final class RestoreToDomainIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("main");
    private static final DomainUuid ORIGINAL = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000021");
    private static final NewDomain NEW = new NewDomain("copy", DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000022"));

    @TempDir
    Path folder;

    private PrivateLibvirtd daemon;
    private LibvirtHypervisor hypervisor;

    @BeforeEach
    void startOriginal() throws IOException {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && Files.isExecutable(Path.of("/usr/sbin/libvirtd"))
                        && Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")),
                "needs root, libvirtd and qemu-system-x86_64");
        daemon = PrivateLibvirtd.start(folder.resolve("v"));
        hypervisor = new LibvirtHypervisor(daemon.uri(), 2, Duration.ofSeconds(60));
        Files.write(folder.resolve("a"), new byte[1 << 20]);
        Files.write(folder.resolve("b"), new byte[1 << 20]);
        hypervisor.defineDomain(originalXml());
        daemon.virsh("start", "original", "--paused");
    }

    @AfterEach
    void stop() throws IOException {
        if (daemon == null) {
            return;
        }
        for (String name :
                daemon.virsh("list", "--name").lines().map(String::strip).toList()) {
            if (!name.isEmpty()) {
                daemon.virsh("destroy", name);
            }
        }
        hypervisor.close();
        daemon.close();
    }

    @Test
    void newDomainStartsBesideTheOriginalFromItsOwnImages() throws Exception {
        byte[] vda = RestorePoints.disk(3, 2 << 20);
        RestorePoints.write(
                TestRepositories.folder(folder.resolve("repository")), hypervisor.domainXml(ORIGINAL), vda, vda);
        List<AgentEvent> events = new ArrayList<>();
        Path image = folder.resolve("restored.qcow2");
        StartRestore command = new StartRestore(
                new TaskId(new UUID(9, 3)),
                RestorePoints.VM,
                RestorePoints.POINT,
                REPOSITORY,
                List.of(new RestoreTarget("vda", image.toString(), ImageFormat.QCOW2)),
                NEW);

        service().restore(command, new CompletableFuture<>(), events::add);

        assertThat(events.getLast()).isInstanceOf(RestoreCompleted.class);
        DomainView made = hypervisor.domain(NEW.uuid());
        assertThat(made.state()).isEqualTo(VmState.OFF);
        assertThat(made.disks()).extracting(DomainDisk::path).containsExactly(Optional.of(image));
        assertThat(hypervisor.checkpoints(NEW.uuid())).isEmpty();
        assertThat(hypervisor.domainXml(NEW.uuid())).contains("<mac address=").doesNotContain("52:54:00:11:22:33");
        daemon.virsh("start", "copy", "--paused");
        assertThat(hypervisor.domain(NEW.uuid()).state()).isEqualTo(VmState.PAUSED);
        assertThat(hypervisor.domain(ORIGINAL).state()).isEqualTo(VmState.PAUSED);
    }

    @Test
    void libvirtRefusesANameThatAnotherUuidHas() {
        String taken = originalXml().replace(ORIGINAL.toString(), NEW.uuid().toString());

        assertThatThrownBy(() -> hypervisor.defineDomain(taken)).isInstanceOf(RequestRefused.class);
    }

    private RestoreService service() {
        Path work = folder.resolve("w");
        return new RestoreService(
                TestRepositories.folders(Map.of(REPOSITORY, folder.resolve("repository"))),
                new QemuNbdTargets(work, Duration.ofSeconds(30)),
                hypervisor,
                new RestoreSettings(work, 2),
                () -> 0);
    }

    private String originalXml() {
        return """
                <domain type='qemu'><name>original</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/>
                <target dev='vda' bus='virtio'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/>
                <target dev='vdb' bus='virtio'/></disk>
                <interface type='user'><mac address='52:54:00:11:22:33'/><model type='virtio'/></interface>
                <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(ORIGINAL, folder.resolve("a"), folder.resolve("b"));
    }
}
