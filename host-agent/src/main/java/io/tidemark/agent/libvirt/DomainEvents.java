package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.schemas.id.DomainUuid;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.ResumedDetail;
import org.libvirt.event.StartedDetail;
import org.libvirt.event.StoppedDetail;
import org.libvirt.event.SuspendedDetail;

/// What libvirt's lifecycle events mean for bitmaps. Source: libvirt, `libvirt-domain.h`,
/// `virDomainEventStartedDetailType` and the like.
final class DomainEvents {
    private DomainEvents() {}

    static void tell(ChangeListener listener, DomainUuid domain, DomainEvent event) {
        Enum<?> detail = event.getDetail();
        if (detail == StartedDetail.FROM_SNAPSHOT
                || detail == StoppedDetail.FROM_SNAPSHOT
                || detail == ResumedDetail.FROM_SNAPSHOT
                || detail == SuspendedDetail.FROM_SNAPSHOT) {
            listener.reverted(domain);
        }
        if (detail == StoppedDetail.CRASHED || detail == StoppedDetail.FAILED) {
            listener.died(domain);
        }
        if (detail instanceof StartedDetail) {
            listener.started(domain);
        }
    }
}
