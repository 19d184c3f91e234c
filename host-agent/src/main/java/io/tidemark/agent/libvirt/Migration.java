package io.tidemark.agent.libvirt;

import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.TidemarkBridge;
import org.libvirt.TidemarkBridge.StateReason;

/// What a live migration has to do with a domain being where it is. libvirt keeps it as the reason of the domain's
/// state: `arrived` until the guest is paused or ends, `departed` until it is started here again or libvirtd is.
/// Source: libvirt, `libvirt-domain.h`; observed with libvirt 9.0, see `docs/protocols/libvirt.md`.
enum Migration {
    /// None that libvirt tells of.
    NONE,
    /// On its way, from here or to here: its guest stands still, and its images may be those of another QEMU.
    UNDER_WAY,
    /// The guest runs in a QEMU that began with its migration.
    ARRIVED,
    /// The definition is here, and the guest is not.
    DEPARTED;

    /// `VIR_DOMAIN_JOB_NONE`.
    private static final int NO_JOB = 0;

    private static final StateReason RUNNING_MIGRATED = new StateReason(1, 2);
    private static final StateReason PAUSED_MIGRATION = new StateReason(3, 2);
    private static final StateReason PAUSED_STARTING_UP = new StateReason(3, 11);
    private static final StateReason SHUTOFF_MIGRATED = new StateReason(5, 4);

    static Migration of(Domain domain) throws LibvirtException {
        StateReason found = TidemarkBridge.stateReason(domain);
        if (found.equals(PAUSED_STARTING_UP)) {
            return isMoving(domain, false) ? UNDER_WAY : NONE;
        }
        if (found.equals(PAUSED_MIGRATION)) { // also of one that was restored from a file and not resumed yet
            return isMoving(domain, true) ? UNDER_WAY : NONE;
        }
        return of(found);
    }

    /// libvirt keeps no figures of a job where its domain comes to, and says so (`qemuDomainGetJobStatsInternal`).
    ///
    /// @param byJob whether one that has a job goes away by it
    private static boolean isMoving(Domain domain, boolean byJob) throws LibvirtException {
        try {
            return domain.getJobStats(0).type != NO_JOB && byJob;
        } catch (LibvirtException e) {
            if (e.getError().getCode() == ErrorNumber.VIR_ERR_OPERATION_INVALID) {
                return true;
            }
            throw e;
        }
    }

    private static Migration of(StateReason found) {
        if (found.equals(RUNNING_MIGRATED)) {
            return ARRIVED;
        }
        return found.equals(SHUTOFF_MIGRATED) ? DEPARTED : NONE;
    }
}
