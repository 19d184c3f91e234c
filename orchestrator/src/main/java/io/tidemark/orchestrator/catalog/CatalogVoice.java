package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.PublicEvent.RestorePointCreated;
import io.tidemark.schemas.event.PublicEvent.RestorePointRemoved;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.table.RestorePointRow;
import jakarta.enterprise.context.ApplicationScoped;

/// Tells the world of restore points: an event for those who follow, a row for those who look up.
@ApplicationScoped
final class CatalogVoice {
    private final Outbox outbox;

    CatalogVoice(Outbox outbox) {
        this.outbox = outbox;
    }

    void created(RestorePoint point, RepositoryId repository, Provenance cause) {
        String vm = point.vm().toString();
        for (Copy copy : point.copies()) {
            if (copy.repository().equals(repository)) {
                RestorePointCreated event = new RestorePointCreated(
                        point.id(),
                        point.vm(),
                        repository,
                        point.takenAt(),
                        point.consistency(),
                        copy.storedBytes(),
                        point.level(),
                        point.tracker(),
                        point.freeze().mountpoints(),
                        point.freeze().notices().isEmpty()
                                ? null
                                : point.freeze().notices());
                outbox.add(new OutgoingMessage(Topics.EVENTS, vm, event, vm, cause));
                String key = key(point, repository);
                outbox.add(new OutgoingMessage(Topics.RESTORE_POINTS, key, row(point, copy), key, cause));
            }
        }
    }

    /// Only its rows: what was created long ago is no event.
    void tell(RestorePoint point) {
        for (Copy copy : point.copies()) {
            String key = key(point, copy.repository());
            outbox.add(new OutgoingMessage(Topics.RESTORE_POINTS, key, row(point, copy), key, Provenance.NONE));
        }
    }

    void removed(RestorePoint point, RepositoryId repository) {
        String vm = point.vm().toString();
        RestorePointRemoved event = new RestorePointRemoved(point.id(), point.vm(), repository);
        outbox.add(new OutgoingMessage(Topics.EVENTS, vm, event, vm, Provenance.NONE));
        String key = key(point, repository);
        outbox.add(new OutgoingMessage(Topics.RESTORE_POINTS, key, null, key, Provenance.NONE));
    }

    private static String key(RestorePoint point, RepositoryId repository) {
        return point.id() + "/" + repository;
    }

    private static RestorePointRow row(RestorePoint point, Copy copy) {
        return new RestorePointRow(
                point.id(),
                copy.repository(),
                point.vm(),
                point.parent(),
                point.takenAt(),
                point.consistency(),
                copy.storedBytes(),
                copy.commitDigest(),
                copy.revision(),
                point.level(),
                point.tracker());
    }
}
