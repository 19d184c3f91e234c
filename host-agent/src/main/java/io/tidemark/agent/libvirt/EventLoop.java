package io.tidemark.agent.libvirt;

import org.jboss.logging.Logger;
import org.libvirt.Library;
import org.libvirt.LibvirtException;

/// libvirt's own event loop, of which a process has one. It serves the connections that are opened after it was
/// started; it never ends. Without it connections work and tell nothing.
final class EventLoop {
    private static final Logger LOG = Logger.getLogger(EventLoop.class);
    /// Begins the loop when the class is first used.
    private static final boolean IS_STARTED = hasBegun();

    private EventLoop() {}

    /// Starts the loop unless it was. False if libvirt refuses, which is logged.
    static boolean start() {
        return IS_STARTED;
    }

    private static boolean hasBegun() {
        try {
            Library.initEventLoop();
            Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::turn);
            return true;
        } catch (LibvirtException e) {
            LOG.warnf("libvirt's event loop cannot start: %s: changes are seen by the next look only", e.getMessage());
            return false;
        }
    }

    private static void turn() {
        try {
            while (true) {
                Library.processEvent();
            }
        } catch (LibvirtException e) {
            LOG.warnf("libvirt's event loop ended: %s: changes are seen by the next look only", e.getMessage());
        }
    }
}
