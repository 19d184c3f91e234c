package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Deletes the checkpoints of attempts that are proved uncommitted, and remembers those that could not be deleted
/// yet, for example because a job holds the domain. Safe for use by many threads.
final class AttemptCheckpoints {
    private static final Logger LOG = Logger.getLogger(AttemptCheckpoints.class);

    private final Hypervisor hypervisor;
    private final Watches watches;
    private final MovingImages moving;
    private final Map<DomainUuid, Set<RestorePointId>> left = new ConcurrentHashMap<>();

    AttemptCheckpoints(Hypervisor hypervisor, Watches watches) {
        this.hypervisor = hypervisor;
        this.watches = watches;
        this.moving = new MovingImages(hypervisor, watches);
    }

    void delete(DomainUuid domain, RestorePointId point) {
        left.computeIfAbsent(domain, _ -> ConcurrentHashMap.newKeySet()).add(point);
        deleteLeft(domain);
    }

    /// Tries again what could not be deleted before.
    void deleteLeft(DomainUuid domain) {
        Set<RestorePointId> points = left.getOrDefault(domain, Set.of());
        for (RestorePointId point : new LinkedHashSet<>(points)) {
            try {
                deleteNow(domain, point);
                points.remove(point);
            } catch (HypervisorException.DomainMoved moved) {
                LOG.debugf("checkpoint of restorePointId=%s stays for now: %s", point, moved.getMessage());
            } catch (HypervisorException.NoSuchDomain gone) {
                points.remove(point);
            } catch (HypervisorException failed) {
                LOG.warnf("checkpoint of restorePointId=%s stays for now: %s", point, failed.getMessage());
            }
        }
    }

    /// Deletes the checkpoint of a point, or says why not. Of a domain that is off its images are written, and
    /// of any the images below, which hold bitmaps as well.
    void deleteNow(DomainUuid domain, RestorePointId point) {
        DomainView view = hypervisor.domain(domain);
        String checkpoint = BackupOrder.checkpointName(point);
        Runnable delete = () -> moving.over(view, MovingImages.onOthers(view), () -> {
            hypervisor.deleteCheckpoint(domain, checkpoint);
            return checkpoint;
        });
        if (view.state() == VmState.OFF) {
            watches.writeAtRest(view, delete);
        } else {
            delete.run();
        }
    }

    void deleteLeft() {
        left.keySet().forEach(this::deleteLeft);
    }
}
