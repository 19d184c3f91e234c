package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.schemas.id.DomainUuid;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.LifecycleListener;
import org.libvirt.jna.Libvirt.VirErrorCallback;

/// One connection to libvirt, opened when first needed and again when it was lost. Each call runs on the bounded
/// threads of [NativeCalls]. `connect` is not final because a lost connection is replaced, `changed` because most
/// connections have no listener, `told` as it is that of `connect`.
final class LibvirtConnection implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LibvirtConnection.class);
    /// libvirt prints each error on stderr unless told otherwise; kept here because native code holds no reference.
    private static final VirErrorCallback SILENT = (_, _) -> {};

    private final String uri;
    private final NativeCalls calls;
    private @Nullable Connect connect;
    private @Nullable ChangeListener changed;
    private @Nullable LifecycleListener told;

    LibvirtConnection(String uri, int threadsMax, Duration limit) {
        this.uri = uri;
        this.calls = new NativeCalls(threadsMax, limit);
    }

    /// What a call does with the connection.
    interface Use<T> {
        T with(Connect connect) throws LibvirtException;
    }

    /// What a call does with a domain.
    interface DomainUse<T> {
        T with(Domain domain) throws LibvirtException;
    }

    /// Has each connection that is opened from now on tell of changes, its own opening among them.
    synchronized void onChange(ChangeListener listener) {
        changed = EventLoop.start() ? listener : null;
    }

    <T> T call(String what, Use<T> use) {
        return calls.run(what, () -> {
            Connect open = open();
            try {
                return use.with(open);
            } catch (LibvirtException e) {
                throw isLost(open) ? lost(what, e) : typed(what, e);
            }
        });
    }

    <T> T onDomain(String what, DomainUuid uuid, DomainUse<T> use) {
        return call(what + " of domain " + uuid, open -> use.with(open.domainLookupByUUID(uuid.value())));
    }

    private static HypervisorException typed(String what, LibvirtException e) {
        return LibvirtErrors.typed(
                what, e.getError().getCode(), String.valueOf(e.getError().getMessage()));
    }

    private HypervisorUnavailable lost(String what, LibvirtException e) {
        return new HypervisorUnavailable(what + ": connection to " + uri + " lost: " + e.getMessage());
    }

    private synchronized Connect open() {
        Connect known = connect;
        if (known != null && !isLost(known)) {
            return known;
        }
        try {
            Connect.setErrorCallback(SILENT);
            Connect fresh = new Connect(uri);
            if (known != null) {
                giveUp(known);
            }
            listen(fresh);
            connect = fresh;
            return fresh;
        } catch (LibvirtException e) {
            throw new HypervisorUnavailable("libvirt at " + uri + ": cannot connect: " + e.getMessage());
        }
    }

    /// What was lost would keep its listener, and stay open with it.
    private void giveUp(Connect lost) {
        try {
            closed(lost, told);
        } catch (LibvirtException e) {
            LOG.debugf("a lost connection to %s is not closed: %s", uri, e.getMessage());
        }
        told = null;
    }

    /// A connection that tells nothing is better than none.
    private void listen(Connect fresh) {
        ChangeListener listener = changed;
        if (listener == null) {
            return;
        }
        LifecycleListener tells = (domain, event) -> told(listener, domain, event);
        try {
            fresh.addLifecycleListener(tells);
            told = tells;
        } catch (LibvirtException e) {
            LOG.warnf(
                    "libvirt at %s tells of no changes: %s: they are seen by the next look only", uri, e.getMessage());
        }
        listener.changed();
    }

    /// libvirt ignores the answer.
    private static int told(ChangeListener listener, Domain domain, DomainEvent event) {
        try {
            DomainEvents.tell(listener, DomainUuid.of(domain.getUUIDString()), event);
        } catch (LibvirtException | RuntimeException unreadable) {
            LOG.warnf("an event of libvirt is seen by the next look only: %s", unreadable.getMessage());
        }
        listener.changed();
        return 0;
    }

    private static boolean isLost(Connect connect) {
        try {
            return !connect.isAlive();
        } catch (LibvirtException e) {
            return true;
        }
    }

    @Override
    public synchronized void close() {
        Connect known = connect;
        LifecycleListener tells = told;
        connect = null;
        told = null;
        if (known != null) {
            calls.run("close " + uri, () -> closed(known, tells));
        }
        calls.close();
    }

    /// With a listener libvirt keeps the connection open, and goes on to call what Java has collected by then.
    private static int closed(Connect connect, @Nullable LifecycleListener tells) throws LibvirtException {
        try {
            if (tells != null) {
                connect.removeLifecycleListener(tells);
            }
        } catch (LibvirtException lost) {
            LOG.debugf("a lost connection tells nothing any more: %s", lost.getMessage());
        }
        return connect.close();
    }
}
