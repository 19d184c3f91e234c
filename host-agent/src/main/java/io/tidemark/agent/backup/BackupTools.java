package io.tidemark.agent.backup;

import java.util.concurrent.ScheduledExecutorService;

/// What all attempts of one service share.
record BackupTools(
        BackupPorts ports,
        ScratchSpace scratch,
        AttemptCheckpoints checkpoints,
        ScheduledExecutorService timer,
        PhaseGate gate,
        BackupLimits.Rates rates,
        ReadRate hostRate) {
    Hypervisor hypervisor() {
        return ports.hypervisor();
    }

    long nanos() {
        return ports.nanos().getAsLong();
    }
}
