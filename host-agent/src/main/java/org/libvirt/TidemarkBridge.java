package org.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.DomainPointer;

/// What libvirt-java 0.5.4 lacks and needs its package-private fields for: freeze and thaw of file systems, and
/// why a domain is paused. Works on the class path only, since two modules cannot share a package.
@NullMarked
public final class TidemarkBridge {
    private static final Functions FUNCTIONS = Native.load("virt", Functions.class);

    /// `VIR_DOMAIN_PAUSED` and `VIR_DOMAIN_PAUSED_IOERROR` of `libvirt-domain.h`.
    private static final int PAUSED = 3;

    private static final int PAUSED_IOERROR = 5;

    private TidemarkBridge() {}

    /// Loads libvirt's functions if that has not been done yet.
    public static boolean load() {
        return FUNCTIONS != null;
    }

    /// Freezes the guest's file systems at the mountpoints, all that are mounted if there are none; answers how
    /// many. libvirt then has the guest's agent do `guest-fsfreeze-freeze-list` instead of `guest-fsfreeze-freeze`
    /// (`qemuAgentFSFreeze`, since libvirt 1.2.5).
    public static int freeze(Domain domain, List<String> mountpoints) throws LibvirtException {
        StringArray names = mountpoints.isEmpty() ? null : new StringArray(mountpoints.toArray(String[]::new), "UTF-8");
        return ErrorHandler.processError(FUNCTIONS.virDomainFSFreeze(domain.vdp, names, mountpoints.size(), 0));
    }

    /// Thaws all frozen file systems of the guest; answers how many.
    public static int thaw(Domain domain) throws LibvirtException {
        return ErrorHandler.processError(FUNCTIONS.virDomainFSThaw(domain.vdp, null, 0, 0));
    }

    /// Whether the domain is paused, and by an error of its disks.
    public static boolean isPausedByIoError(Domain domain) throws LibvirtException {
        var state = new IntByReference();
        var reason = new IntByReference();
        ErrorHandler.processError(FUNCTIONS.virDomainGetState(domain.vdp, state, reason, 0));
        return state.getValue() == PAUSED && reason.getValue() == PAUSED_IOERROR;
    }

    /// The functions as `libvirt-domain.h` declares them.
    interface Functions extends com.sun.jna.Library {
        int virDomainFSFreeze(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);

        int virDomainFSThaw(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);

        int virDomainGetState(DomainPointer domain, IntByReference state, IntByReference reason, int flags);
    }
}
