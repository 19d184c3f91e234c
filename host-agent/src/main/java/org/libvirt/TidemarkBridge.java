package org.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.DomainPointer;

/// What libvirt-java 0.5.4 lacks and needs its package-private fields for: freeze and thaw of file systems. Works on
/// the class path only, since two modules cannot share a package.
@NullMarked
public final class TidemarkBridge {
    private static final FileSystems FILE_SYSTEMS = Native.load("virt", FileSystems.class);

    private TidemarkBridge() {}

    /// Freezes all mounted file systems of the guest; answers how many.
    public static int freeze(Domain domain) throws LibvirtException {
        return ErrorHandler.processError(FILE_SYSTEMS.virDomainFSFreeze(domain.vdp, null, 0, 0));
    }

    /// Thaws all frozen file systems of the guest; answers how many.
    public static int thaw(Domain domain) throws LibvirtException {
        return ErrorHandler.processError(FILE_SYSTEMS.virDomainFSThaw(domain.vdp, null, 0, 0));
    }

    /// The two functions as `libvirt-domain.h` declares them.
    interface FileSystems extends com.sun.jna.Library {
        int virDomainFSFreeze(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);

        int virDomainFSThaw(DomainPointer domain, @Nullable Pointer mountpoints, int mountpointCount, int flags);
    }
}
