package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.FoundDamage.OfPack;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.Verification.Progress;
import io.tidemark.agent.repository.Verification.Wanted;
import io.tidemark.agent.repository.VerificationReport.Affected;
import io.tidemark.agent.repository.VerificationReport.Counts;
import io.tidemark.agent.repository.VerificationReport.Finding;
import io.tidemark.agent.repository.VerificationReport.Kind;
import io.tidemark.agent.repository.VerificationReport.Signer;
import io.tidemark.agent.repository.VerificationReport.Signers;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.pack.PackDirectory;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.pack.WrittenPack;
import io.tidemark.agent.repository.tree.NodeReader;
import io.tidemark.agent.repository.tree.TouchedChunks;
import io.tidemark.agent.repository.tree.TreeScan;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One run of a {@link Verification}: logs with all signatures, then trees, then sums, then the bytes of packs,
/// then whom it concerns.
final class VerificationRun {
    private static final long DIRECTORIES_BYTES = 16L << 20;

    private final BlobRepository repository;
    private final Parts parts;
    private final Wanted wanted;
    private final Progress progress;
    /// Its own, which remember nothing from before.
    private final PackReader packs;

    private final NodeReader nodes;
    private final HostSignatures signatures;
    private final FoundDamage damage = new FoundDamage();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<VmId, LogView> logs = new LinkedHashMap<>();

    VerificationRun(BlobRepository repository, Wanted wanted, Progress progress) {
        this.repository = repository;
        this.parts = repository.parts();
        this.wanted = wanted;
        this.progress = progress;
        this.packs = new PackReader(parts.store, parts.id, parts.keys, DIRECTORIES_BYTES);
        this.nodes = new NodeReader(packs);
        this.signatures = new HostSignatures(parts.store, parts.id, parts.keys, null);
    }

    private record Point(PointKey key, Commit commit) {
        private List<RootedDisk> disks() {
            return commit.record().disks();
        }
    }

    VerificationReport run() {
        Set<SessionId> listed = wanted.isEverything() ? listedSessions() : Set.of();
        vms().forEach(vm -> logs.put(vm, checked(vm)));
        requireNamed(listed);
        List<Point> points = wantedPoints();
        TreeScan trees = new TreeScan(packs, nodes, damage);
        points.forEach(point -> point.disks().forEach(disk -> scan(trees, point, disk)));
        points.forEach(this::requireMade);
        VerifiedBytes bytes = new VerifiedBytes(repository, packs, wanted, progress);
        bytes.read(trees.reached(), damage);
        addDamagedPacks();
        Signers signers = signers();
        return new VerificationReport(
                new Counts(
                        logs.size(),
                        points.size(),
                        trees.count(),
                        trees.reached().size(),
                        bytes.packsRead(),
                        bytes.bytesRead()),
                signers,
                findings);
    }

    private void add(String what) {
        findings.add(new Finding(Kind.RECORD, null, List.of(what), List.of()));
    }

    /// Those that the registry names; if it is damaged, those that have a mark beside it.
    private Set<VmId> vms() {
        Set<VmId> vms = new TreeSet<>(Comparator.comparing(VmId::toString));
        try {
            vms.addAll(new Registry(parts.store, parts.id).readWhole().vms());
        } catch (DamagedException damaged) {
            add(String.valueOf(damaged.getMessage()));
            vms.addAll(Registry.marked(parts.store));
        }
        vms.removeIf(vm -> wanted.vm() != null && !vm.equals(wanted.vm()));
        return vms;
    }

    private LogView checked(VmId vm) {
        VmLog.Checked found = parts.log(vm, signatures).check();
        found.damage().ifPresent(what -> add(String.valueOf(what.getMessage())));
        @Nullable Digest previous = null;
        for (Commit commit : found.view().commits()) {
            if (!Objects.equals(commit.record().previousCommit(), previous)) {
                add("record " + commit.number() + " of VM " + vm + " is damaged: expected the commit before to be "
                        + previous + ", found " + commit.record().previousCommit());
            }
            previous = commit.digest();
        }
        return found.view();
    }

    private Signers signers() {
        Map<HostId, Integer> commits = new TreeMap<>(Comparator.comparing(HostId::toString));
        signatures.hosts().forEach(host -> commits.put(host, 0));
        logs.values()
                .forEach(view -> view.commits()
                        .forEach(commit -> commits.merge(commit.record().host(), 1, Integer::sum)));
        List<Signer> hosts = new ArrayList<>();
        commits.forEach((host, count) -> hosts.add(new Signer(host, keys(host), count)));
        return new Signers(hosts, signatures.vouchers());
    }

    private int keys(HostId host) {
        try {
            return signatures.keys(host);
        } catch (DamagedException damaged) {
            add(String.valueOf(damaged.getMessage()));
            return 0;
        }
    }

    /// Before any log is read, as a session is in its log before its first pack.
    private Set<SessionId> listedSessions() {
        Set<SessionId> sessions = new TreeSet<>(Comparator.comparing(SessionId::toString));
        for (String folder : PackNames.folders()) {
            for (BlobName name : parts.store.list(folder)) {
                PackNames.pack(name).ifPresent(pack -> sessions.add(pack.session()));
            }
        }
        return sessions;
    }

    /// A session that no log names, and that has packs, tells of a log that is lost. Where one is damaged that is
    /// known.
    private void requireNamed(Set<SessionId> listed) {
        Set<SessionId> named = new HashSet<>();
        logs.values()
                .forEach(view -> view.sessions()
                        .forEach(session -> named.add(session.opening().session())));
        if (findings.isEmpty()) {
            listed.stream()
                    .filter(session -> !named.contains(session))
                    .forEach(session -> add("a log is damaged: expected one that names the session " + session
                            + ", as there are packs of it, found none"));
        }
    }

    private List<Point> wantedPoints() {
        List<Point> points = allPoints().stream()
                .filter(each -> wanted.point() == null
                        || wanted.point().equals(each.key().point()))
                .toList();
        if (points.isEmpty() && wanted.point() != null && findings.isEmpty()) {
            throw new NoSuchPoint(
                    "Point " + wanted.point() + " of VM " + wanted.vm() + ": expected a commit, found none");
        }
        return points;
    }

    private List<Point> allPoints() {
        List<Point> points = new ArrayList<>();
        logs.forEach((vm, view) -> view.points()
                .forEach(commit ->
                        points.add(new Point(new PointKey(vm, commit.record().point()), commit))));
        return points;
    }

    private void scan(TreeScan trees, Point point, RootedDisk disk) {
        try {
            trees.add(disk.root(), disk.disk().description().sizeBytes());
        } catch (DamagedException what) {
            Affected whole = new Affected(point.key(), disk.disk().description().disk(), List.of());
            findings.add(new Finding(Kind.RECORD, null, List.of(String.valueOf(what.getMessage())), List.of(whole)));
        }
    }

    /// A pack that the point does not reach may have been collected; the sum cannot be made then, and need not.
    private void requireMade(Point point) {
        for (MadePacks made : point.commit().record().made()) {
            Optional<MadePacks> found = found(made);
            if (found.isPresent() && !found.get().equals(made)) {
                List<Affected> disks = point.disks().stream()
                        .map(disk -> new Affected(
                                point.key(), disk.disk().description().disk(), List.of()))
                        .toList();
                String what = "packs of session " + made.session() + " are damaged: expected " + made.sizeBytes()
                        + " bytes and " + made.digest() + ", found "
                        + found.get().sizeBytes() + " and "
                        + found.get().digest();
                findings.add(new Finding(Kind.MADE_PACKS, null, List.of(what), disks));
            }
        }
    }

    private Optional<MadePacks> found(MadePacks made) {
        List<WrittenPack> written = new ArrayList<>();
        for (int number = 0; number < made.count(); number++) {
            PackId pack = new PackId(made.session(), number);
            try {
                PackDirectory directory = packs.directory(pack);
                written.add(new WrittenPack(pack, directory.sizeBytes(), directory.digest()));
            } catch (DamagedException reportedIfItIsReached) {
                return Optional.empty();
            }
        }
        return Optional.of(PackSums.of(made.session(), written));
    }

    /// Whom damaged packs concern by the logs as they are now: what only points reached that were pruned or
    /// repacked meanwhile may have been collected.
    private void addDamagedPacks() {
        Map<PackId, OfPack> damaged = damage.packs();
        if (damaged.isEmpty()) {
            return;
        }
        List<Point> before = allPoints();
        logs.replaceAll((vm, _) -> parts.log(vm, signatures).check().view());
        List<Point> points = allPoints();
        boolean allAreThere = new HashSet<>(points).containsAll(before);
        Map<PackId, List<Affected>> affected = affected(points);
        damaged.forEach((pack, what) -> {
            List<Affected> disks = affected.getOrDefault(pack, List.of());
            if (!disks.isEmpty() || allAreThere) {
                Kind kind = what.isWhole() ? Kind.PACK : Kind.ENTRIES;
                findings.add(new Finding(kind, pack, what.lines(), disks));
            }
        });
    }

    private Map<PackId, List<Affected>> affected(List<Point> points) {
        TouchedChunks touched = new TouchedChunks(nodes, damage::isDamaged);
        Map<PackId, List<Affected>> affected = new HashMap<>();
        for (Point point : points) {
            for (RootedDisk disk : point.disks()) {
                DiskDescription description = disk.disk().description();
                touched.of(disk.root(), description.sizeBytes())
                        .forEach((pack, chunks) -> affected.computeIfAbsent(pack, _ -> new ArrayList<>())
                                .add(new Affected(point.key(), description.disk(), chunks)));
            }
        }
        return affected;
    }
}
