package io.tidemark.agent.backup;

import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import java.util.Set;
import java.util.stream.Collectors;

/// Which disks got a bitmap from an attempt that is known by its command only.
final class AttemptEpochs {
    private AttemptEpochs() {}

    /// Their targets. While the hypervisor cannot be asked every disk is said to have one: an epoch is checked
    /// again where it is used, but one that nobody names is never used.
    static Set<String> of(Hypervisor hypervisor, StartBackup command) {
        try {
            String checkpoint = BackupOrder.checkpointName(command.point());
            if (!hypervisor.checkpoints(command.domain()).contains(checkpoint)) {
                return Set.of();
            }
            return hypervisor.domain(command.domain()).disks().stream()
                    .filter(DomainDisk::isTrackable)
                    .map(DomainDisk::target)
                    .collect(Collectors.toSet());
        } catch (HypervisorException unknown) {
            return command.disks().stream()
                    .filter(order -> order.reason() == null || !order.reason().beginsNoBitmap())
                    .map(DiskOrder::target)
                    .collect(Collectors.toSet());
        }
    }
}
