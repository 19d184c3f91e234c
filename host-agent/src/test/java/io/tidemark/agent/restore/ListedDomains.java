package io.tidemark.agent.restore;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.DomainJobStatistics;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.GuestIo;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A hypervisor that lists and defines domains and does nothing else.
final class ListedDomains implements Hypervisor {
    final List<String> defined = new ArrayList<>();
    private final List<DomainView> listed = new ArrayList<>();
    private boolean isReachable = true;

    void add(String name, DomainUuid uuid) {
        listed.add(new DomainView(uuid, name, VmState.OFF, List.of()));
    }

    void refuseDefinitions() {
        isReachable = false;
    }

    @Override
    public void onChange(ChangeListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<DomainView> domains() {
        return List.copyOf(listed);
    }

    @Override
    public void defineDomain(String xml) {
        if (!isReachable) {
            throw new HypervisorUnavailable("define domain: away");
        }
        defined.add(xml);
    }

    @Override
    public DomainView domain(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String domainXml(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DomainFreeze freeze(DomainUuid domain, List<String> mountpoints) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int thaw(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DomainJob runningJob(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void makeScratch(DomainUuid domain, BackupOrder order) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void beginAtRest(DomainUuid domain, BackupOrder order, Instant takenAt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String restStamp(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void beginBackup(DomainUuid domain, BackupOrder order) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DomainJob abortBackup(DomainUuid domain, RestorePointId point) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> checkpoints(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Map<String, BitmapView>> bitmaps(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteCheckpoint(DomainUuid domain, String checkpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DomainJobStatistics jobStatistics(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GuestIo guestIo(DomainUuid domain) {
        throw new UnsupportedOperationException();
    }
}
