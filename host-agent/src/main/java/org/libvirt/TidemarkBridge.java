package org.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.DomainPointer;

/// What libvirt-java 0.5.4 lacks and needs its package-private fields for: freeze and thaw of file systems, and
/// why a domain is in its state. Works on the class path only, since two modules cannot share a package.
@NullMarked
public final class TidemarkBridge {
    private static final Functions FUNCTIONS = Native.load("virt", Functions.class);

    /// `VIR_DOMAIN_PAUSED` of `libvirt-domain.h`, and of `virDomainPausedReason` those that are looked for:
    /// `UNKNOWN`, `USER`, `IOERROR` and `SNAPSHOT`. Unverified: the first is what libvirt says of a guest that it
    /// finds paused without its own doing.
    private static final int PAUSED = 3;

    private static final int PAUSED_UNKNOWN = 0;
    private static final int PAUSED_USER = 1;
    private static final int PAUSED_IOERROR = 5;
    private static final int PAUSED_SNAPSHOT = 9;

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
        return pauseReason(domain).orElse(-1) == PAUSED_IOERROR;
    }

    /// Whether the domain is paused because somebody asked for that, a snapshot among them.
    public static boolean isPausedByOrder(Domain domain) throws LibvirtException {
        return switch (pauseReason(domain).orElse(-1)) {
            case PAUSED_UNKNOWN, PAUSED_USER, PAUSED_SNAPSHOT -> true;
            default -> false;
        };
    }

    private static OptionalInt pauseReason(Domain domain) throws LibvirtException {
        StateReason found = stateReason(domain);
        return found.state() == PAUSED ? OptionalInt.of(found.reason()) : OptionalInt.empty();
    }

    /// A domain's state and why it is in it, as numbers of `libvirt-domain.h`: `virDomainState`, and the list of
    /// reasons that belongs to that state.
    public record StateReason(int state, int reason) {}

    /// What `virDomainGetState` answers.
    public static StateReason stateReason(Domain domain) throws LibvirtException {
        var state = new IntByReference();
        var reason = new IntByReference();
        ErrorHandler.processError(FUNCTIONS.virDomainGetState(domain.vdp, state, reason, 0));
        return new StateReason(state.getValue(), reason.getValue());
    }

    /// The functions as `libvirt-domain.h` declares them.
    interface Functions extends com.sun.jna.Library {
        int virDomainFSFreeze(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);

        int virDomainFSThaw(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);

        int virDomainGetState(DomainPointer domain, IntByReference state, IntByReference reason, int flags);
    }
}
