package io.tidemark.bench;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.inventory.VmLook;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// `./tidemark bench inventory`: what the agent's look at a host with many domains costs, by which it notices what
/// became of their epochs, and its look at one of them, by which it answers a question. Nobody else does the same,
/// so there is no peer.
final class InventoryBench {
    private static final int CALLS_MAX = 8;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(40);

    private final BenchRun run;

    private InventoryBench(BenchRun run) {
        this.run = run;
    }

    public static void main(String[] arguments) {
        BenchRun.main("inventory", "bench-inventory", arguments, run -> new InventoryBench(run).lines());
    }

    private int count() {
        return run.options().isQuick() ? 20 : 200;
    }

    /// A fifth: each takes memory of the machine.
    private int running() {
        return count() / 5;
    }

    private int rounds() {
        return run.options().rounds().orElse(run.options().isQuick() ? 5 : 20);
    }

    private List<String> lines() throws IOException {
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start(run.libvirtd());
                var hypervisor = new LibvirtHypervisor(libvirtd.uri(), CALLS_MAX, CALL_LIMIT)) {
            run.say(count() + " domains with " + ManyDomains.DISKS.size() + " disks, of which " + running() + " run");
            try (var _ = ManyDomains.make(libvirtd, hypervisor, count(), running())) {
                run.say("looks");
                return run.json(measured(libvirtd, hypervisor));
            }
        }
    }

    /// What it took to do something: by the clock, and of processors, of the agent with the processes that it
    /// started and of libvirtd.
    private record Effort(double millis, double ourCoreSeconds, double libvirtCoreSeconds) {}

    private List<Figure> measured(PrivateLibvirtd libvirtd, LibvirtHypervisor hypervisor) throws IOException {
        var doubts = EpochDoubts.open(run.home().resolve("epoch-doubts"));
        var look = new VmLook(hypervisor, new Watches(new PointBegins(), doubts, new RestWatch()));
        Effort first = effort(libvirtd, () -> requireWhole(whole(hypervisor, look)));
        List<Effort> looks = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            looks.add(effort(libvirtd, () -> requireWhole(whole(hypervisor, look))));
        }
        List<Double> questions = new ArrayList<>();
        for (DomainView domain : hypervisor.domains()) {
            questions.add(effort(libvirtd, () -> requireCounted(look.countedReport(hypervisor.domain(domain.uuid()))))
                    .millis());
        }
        return List.of(
                figure("first-look", "ms", List.of(first.millis())),
                figure("look", "ms", looks.stream().map(Effort::millis).toList()),
                figure(
                        "look-core-seconds",
                        "core-s",
                        looks.stream().map(Effort::ourCoreSeconds).toList()),
                figure(
                        "look-core-seconds-of-libvirt",
                        "core-s",
                        looks.stream().map(Effort::libvirtCoreSeconds).toList()),
                figure("look-at-one", "ms", questions));
    }

    private static List<VmReport> whole(LibvirtHypervisor hypervisor, VmLook look) {
        return hypervisor.domains().stream().map(look::report).toList();
    }

    /// A look that has not seen what there is costs nothing of worth.
    private void requireWhole(List<VmReport> seen) {
        long recording = seen.stream()
                .flatMap(vm -> vm.disks().stream())
                .map(DiskReport::bitmaps)
                .filter(bitmaps -> bitmaps != null
                        && bitmaps.size() == 1
                        && bitmaps.getFirst().state() == BitmapState.RECORDING
                        && bitmaps.getFirst().doubt() == null)
                .count();
        long expected = (long) count() * ManyDomains.DISKS.size();
        if (recording != expected) {
            throw new IllegalArgumentException(
                    "look: expected " + expected + " disks with a bitmap that records, found " + recording);
        }
    }

    private static void requireCounted(VmReport seen) {
        for (DiskReport disk : seen.disks()) {
            List<BitmapReport> bitmaps = Objects.requireNonNullElse(disk.bitmaps(), List.of());
            if (bitmaps.size() != 1 || bitmaps.getFirst().dirtyBytes() == null) {
                throw new IllegalArgumentException("look at " + seen.name() + ": expected a bitmap of disk "
                        + disk.target() + " that is counted, found " + bitmaps);
            }
        }
    }

    private static Effort effort(PrivateLibvirtd libvirtd, Runnable work) throws IOException {
        double ours = ourCoreSeconds();
        double theirs = ProcessStat.coreSeconds(libvirtd.pid());
        long start = System.nanoTime();
        work.run();
        double millis = (System.nanoTime() - start) / 1e6;
        return new Effort(millis, ourCoreSeconds() - ours, ProcessStat.coreSeconds(libvirtd.pid()) - theirs);
    }

    private static double ourCoreSeconds() throws IOException {
        return ProcessStat.coreSeconds(ProcessHandle.current().pid()) + ProcessStat.coreSecondsOfEndedChildren();
    }

    private Figure figure(String name, String unit, List<Double> values) {
        Map<String, Object> conditions = Map.of(
                "domains", count(),
                "running", running(),
                "disksOfEach", ManyDomains.DISKS.size(),
                "machine", Map.of("cores", Runtime.getRuntime().availableProcessors()));
        return new Figure(name, unit, values, null, null, null, conditions);
    }
}
