package io.tidemark.agent.backup;

import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A hypervisor in memory that does what the port promises, writes down what it was asked, and fails where a test
/// says so. Not for many threads at once, except that a fault may run anything.
public final class ScriptedHypervisor implements Hypervisor {
    final List<String> calls = new ArrayList<>();
    private final Map<DomainUuid, ScriptedDomain> domains = new LinkedHashMap<>();
    private final Map<String, Deque<Runnable>> faults = new HashMap<>();
    private ChangeListener changed = () -> {};

    public void add(ScriptedDomain domain) {
        domains.put(domain.uuid, domain);
    }

    /// What it was asked, in this order.
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /// Has the next call of that name run the fault first, which may throw. Faults of one name queue.
    public void atNext(String call, Runnable fault) {
        faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(fault);
    }

    public void failNext(String call, HypervisorException failure) {
        atNext(call, () -> {
            throw failure;
        });
    }

    private ScriptedDomain called(String call, DomainUuid uuid) {
        calls.add(call);
        meetFault(call);
        ScriptedDomain domain = domains.get(uuid);
        if (domain == null) {
            throw new NoSuchDomain(call + ": no domain " + uuid);
        }
        return domain;
    }

    private void meetFault(String call) {
        Deque<Runnable> planned = faults.getOrDefault(call, new ArrayDeque<>());
        if (!planned.isEmpty()) {
            planned.pop().run();
        }
    }

    @Override
    public void onChange(ChangeListener listener) {
        changed = listener;
    }

    /// Tells that something is different, as each change of a domain that a test makes by itself should.
    public void tellChange() {
        changed.changed();
    }

    @Override
    public void settleMigrations() {
        meetFault("settleMigrations");
    }

    @Override
    public List<DomainView> domains() {
        meetFault("domains");
        return domains.values().stream()
                .map(ScriptedDomain::view)
                .sorted(Comparator.comparing(DomainView::name))
                .toList();
    }

    @Override
    public DomainView domain(DomainUuid domain) {
        return called("domain", domain).view();
    }

    @Override
    public String domainXml(DomainUuid domain) {
        ScriptedDomain known = called("xml", domain);
        return "<domain><name>%s</name><uuid>%s</uuid></domain>".formatted(known.name, known.uuid);
    }

    @Override
    public void defineDomain(String xml) {
        var uuid = DomainUuid.of(text(xml, "uuid"));
        String name = text(xml, "name");
        calls.add("define " + name);
        boolean isNameTaken =
                domains.values().stream().anyMatch(known -> known.name.equals(name) && !known.uuid.equals(uuid));
        ScriptedDomain same = domains.get(uuid);
        if (isNameTaken || (same != null && !same.name.equals(name))) {
            throw new RequestRefused("domain " + name + " " + uuid + ": expected name and UUID free");
        }
        if (same == null) {
            var defined = new ScriptedDomain(uuid, name);
            defined.state = VmState.OFF;
            domains.put(uuid, defined);
        }
        changed.changed();
    }

    private static String text(String xml, String element) {
        int start = xml.indexOf("<" + element + ">") + element.length() + 2;
        return xml.substring(start, xml.indexOf("</" + element + ">", start));
    }

    @Override
    public DomainFreeze freeze(DomainUuid uuid, List<String> mountpoints) {
        ScriptedDomain domain = called("freeze", uuid);
        if (domain.state != VmState.RUNNING || domain.mounted.isEmpty()) {
            return new DomainFreeze.AgentAbsent("no guest agent");
        }
        if (domain.isFrozen) {
            return new DomainFreeze.Refused("frozen already");
        }
        domain.frozenCount = (int) domain.mounted.stream()
                .filter(mounted -> mountpoints.isEmpty() || mountpoints.contains(mounted))
                .count();
        domain.isFrozen = domain.frozenCount > 0;
        return domain.isFreezeUncertain
                ? new DomainFreeze.Uncertain("agent disappeared")
                : new DomainFreeze.Frozen(domain.frozenCount);
    }

    @Override
    public int thaw(DomainUuid uuid) {
        ScriptedDomain domain = called("thaw", uuid);
        if (domain.state != VmState.RUNNING) {
            throw new DomainOff("thaw: domain " + uuid + " is not running");
        }
        if (domain.mounted.isEmpty()) {
            throw new RequestRefused("thaw: domain " + uuid + " has no guest agent");
        }
        int thawed = domain.isFrozen ? domain.frozenCount : 0;
        domain.isFrozen = false;
        return thawed;
    }

    @Override
    public DomainJob runningJob(DomainUuid domain) {
        return called("job", domain).job;
    }

    /// It knows every image; a test may have it say otherwise.
    @Override
    public void requireKnownImages(DomainUuid domain) {
        meetFault("images");
    }

    @Override
    public void makeScratch(DomainUuid uuid, BackupOrder order) {
        called("scratch", uuid);
    }

    @Override
    public void beginBackup(DomainUuid uuid, BackupOrder order) {
        ScriptedDomain domain = called("begin", uuid);
        requireOn(domain);
        if (!(domain.job instanceof DomainJob.None)) {
            throw new DomainBusy("domain " + uuid + ": expected no job, found " + domain.job);
        }
        requireFeasible(domain, order);
        order.disks()
                .forEach(disk -> disk.incrementalFrom().ifPresent(from -> {
                    if (domain.bitmapState(from, disk.target()) != BitmapState.RECORDING) {
                        throw new CheckpointBroken("checkpoint " + from + " on " + disk.target());
                    }
                }));
        domain.begin(order);
    }

    private static void requireFeasible(ScriptedDomain domain, BackupOrder order) {
        if (order.newCheckpoint().filter(domain.checkpoints::containsKey).isPresent()) {
            throw new RequestRefused("begin: checkpoint " + order.newCheckpoint() + ": expected none, found one");
        }
        for (BackupOrder.DiskOrder disk : order.disks()) {
            if (!domain.disks.containsKey(disk.target())) {
                throw new RequestRefused("begin: disk " + disk.target() + ": expected among " + domain.disks.keySet());
            }
        }
    }

    private static void requireOn(ScriptedDomain domain) {
        if (domain.state == VmState.OFF) {
            throw new DomainOff("domain " + domain.uuid + " is not running");
        }
    }

    @Override
    public void beginAtRest(DomainUuid uuid, BackupOrder order, Instant takenAt) {
        ScriptedDomain domain = called("begin at rest", uuid);
        requireOff(domain);
        requireFeasible(domain, order);
        domain.beginAtRest(order);
    }

    @Override
    public String restStamp(DomainUuid uuid) {
        ScriptedDomain domain = called("stamp", uuid);
        requireOff(domain);
        return domain.restStamp();
    }

    private static void requireOff(ScriptedDomain domain) {
        if (domain.state != VmState.OFF) {
            throw new DomainBusy("domain " + domain.uuid + ": expected it off, found it started");
        }
    }

    @Override
    public DomainJob abortBackup(DomainUuid uuid, RestorePointId point) {
        ScriptedDomain domain = called("abort", uuid);
        DomainJob found = domain.job;
        if (found.equals(new DomainJob.OurBackup(point))) {
            domain.endJob();
        }
        return found;
    }

    @Override
    public List<String> checkpoints(DomainUuid domain) {
        ScriptedDomain known = called("checkpoints", domain);
        return known.checkpoints.keySet().stream()
                .filter(name -> !known.forgotten.contains(name))
                .toList();
    }

    @Override
    public Map<String, Map<String, BitmapView>> bitmaps(DomainUuid uuid) {
        ScriptedDomain domain = called("bitmaps", uuid);
        Map<String, Map<String, BitmapView>> views = new LinkedHashMap<>();
        domain.disks.keySet().forEach(target -> views.put(target, domain.bitmaps(target)));
        return views;
    }

    @Override
    public Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid uuid) {
        ScriptedDomain domain = called("counted bitmaps", uuid);
        Map<String, Map<String, BitmapView>> views = new LinkedHashMap<>();
        domain.disks.keySet().forEach(target -> views.put(target, domain.countedBitmaps(target)));
        return views;
    }

    @Override
    public void deleteCheckpoint(DomainUuid uuid, String checkpoint) {
        ScriptedDomain domain = called("delete " + checkpoint, uuid);
        domain.checkpoints.remove(checkpoint);
    }

    @Override
    public void resume(DomainUuid uuid) {
        ScriptedDomain domain = called("resume", uuid);
        if (domain.state == VmState.PAUSED) {
            domain.state = VmState.RUNNING;
            changed.changed();
        }
    }

    @Override
    public DomainJobStatistics jobStatistics(DomainUuid uuid) {
        ScriptedDomain domain = called("statistics", uuid);
        requireOn(domain);
        boolean isRunning = domain.order.isPresent();
        return new DomainJobStatistics(isRunning ? 1 : 0, isRunning ? 2 : 0);
    }

    @Override
    public GuestIo guestIo(DomainUuid uuid) {
        ScriptedDomain domain = called("guestIo", uuid);
        requireOn(domain);
        return domain.io;
    }

    Optional<ScriptedDomain> find(DomainUuid uuid) {
        return Optional.ofNullable(domains.get(uuid));
    }
}
